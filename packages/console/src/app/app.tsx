import messages from "virtual:cloudscape-messages";
import { I18nProvider } from "@cloudscape-design/components/i18n";
import { BrowserRouter, Route, Routes } from "react-router";
import { Layout } from "./layout.tsx";
import { BASE } from "./paths.ts";
import { NotFoundPage } from "./problem-pages.tsx";
import { routes } from "./routes.ts";

/** The console for somebody who is signed in. */
export default function App() {
  return (
    <I18nProvider locale="en" messages={[messages]}>
      <BrowserRouter basename={BASE}>
        <Routes>
          <Route element={<Layout />}>
            {routes.map(({ path, Page }) => (
              <Route key={path} path={path} element={<Page />} />
            ))}
            <Route path="*" element={<NotFoundPage />} />
          </Route>
        </Routes>
      </BrowserRouter>
    </I18nProvider>
  );
}
