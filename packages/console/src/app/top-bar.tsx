import ButtonDropdown, {
  type ButtonDropdownProps,
} from "@cloudscape-design/components/button-dropdown";
import Icon from "@cloudscape-design/components/icon";
import { Link, useNavigate } from "react-router";
import { recentRoles } from "../session/recent-roles.ts";
import { activeAccount, type Session } from "../session/session.ts";
import { switchBack } from "../session/switch-role.ts";
import { signOutEverywhere } from "../session/tabs.ts";
import { BASE } from "./paths.ts";
import { chooseTheme, type Theme, useTheme } from "./theme.ts";
import "./top-bar.css";

const THEMES: Readonly<Record<Theme, string>> = {
  system: "As the system",
  light: "Light",
  dark: "Dark",
};

/**
 * The head of every page: who is signed in, and to which account. It takes a switched role's
 * colour.
 */
export function TopBar({
  session,
  isNavigationOpen,
  onToggleNavigation,
}: {
  readonly session: Session;
  readonly isNavigationOpen: boolean;
  readonly onToggleNavigation: () => void;
}) {
  const navigate = useNavigate();
  const theme = useTheme();
  const { role } = session;

  const act: Readonly<Record<string, (value: string) => void>> = {
    switchRole: () => navigate("/switch-role"),
    credentials: () => navigate("/security-credentials"),
    switchBack,
    signOut: signOutEverywhere,
    theme: (value) => chooseTheme(value as Theme),
    role: (value) => navigate(`/switch-role?${value}`),
  };
  const account = activeAccount(session);
  const name = role?.displayName ?? session.identity.name;
  return (
    <header
      className={role === undefined ? "top-bar" : "top-bar top-bar-role"}
      style={role === undefined ? {} : { backgroundColor: `#${role.color}` }}
    >
      <button
        type="button"
        className="top-bar-button"
        aria-label="Navigation"
        aria-expanded={isNavigationOpen}
        aria-controls="navigation"
        onClick={onToggleNavigation}
      >
        <Icon name="menu" />
      </button>
      <Link className="top-bar-brand" to="/">
        <img src={`${BASE}/favicon.svg`} alt="" width="24" height="24" />
        <span>Portcullis</span>
      </Link>
      <div className="top-bar-menu">
        <ButtonDropdown
          items={menuItems(session, theme)}
          expandableGroups={true}
          onItemClick={({ detail }) => {
            const [kind = "", value = ""] = detail.id.split(/:(.*)/s);
            act[kind]?.(value);
          }}
        >
          <span className="top-bar-name">{name}</span>
          <span className="top-bar-account"> @ {account}</span>
        </ButtonDropdown>
      </div>
    </header>
  );
}

function menuItems({ identity, role }: Session, theme: Theme): ButtonDropdownProps.Items {
  const themes = {
    id: "themes",
    text: "Appearance",
    items: Object.entries(THEMES).map(([id, text]) => ({
      id: `theme:${id}`,
      text,
      itemType: "checkbox" as const,
      checked: id === theme,
    })),
  };
  const credentials = { id: "credentials", text: "Security credentials" };
  const signOut = { id: "signOut", text: "Sign out" };
  // IAM: the root user can't assume roles.
  if (identity.kind === "root") return [credentials, themes, signOut];
  const recent = recentRoles().map(({ query, displayName }) => ({
    id: `role:${query}`,
    text: displayName,
  }));
  return [
    ...(role === undefined ? [] : [{ id: "switchBack", text: `Switch back to ${identity.name}` }]),
    ...(role === undefined ? [credentials] : []),
    { id: "switchRole", text: "Switch role" },
    ...(recent.length === 0 ? [] : [{ id: "recent", text: "Recent roles", items: recent }]),
    themes,
    signOut,
  ];
}
