import { useEffect, useRef, useState } from "react";
import { EXAMPLE } from "./example.ts";
import { fragmentOf, MOST_LINK, projectOfFragment } from "./link.ts";
import type { Project } from "./project.ts";

export interface ProjectState {
  /** Undefined while the link is unpacked. */
  readonly project: Project | undefined;
  readonly change: (part: Partial<Project>) => void;
  readonly replace: (project: Project) => void;
  /** The address held something that is no project. */
  readonly isLinkBroken: boolean;
  /** The project is too large for its address to hold it. */
  readonly isTooLarge: boolean;
}

const PAUSE_MILLISECONDS = 300;

/** The project, which the address keeps. A link that is followed on the page brings another one. */
export function useProject(): ProjectState {
  const [project, setProject] = useState<Project>();
  const [isLinkBroken, setLinkBroken] = useState(false);
  const [isTooLarge, setTooLarge] = useState(false);
  const own = useRef("");

  useEffect(() => {
    const load = async () => {
      if (location.hash !== "" && location.hash === own.current) return;
      own.current = location.hash;
      const found = location.hash === "" ? undefined : await projectOfFragment(location.hash);
      setLinkBroken(location.hash !== "" && found === undefined);
      setProject((before) => found ?? before ?? EXAMPLE);
    };
    load();
    addEventListener("hashchange", load);
    return () => removeEventListener("hashchange", load);
  }, []);

  const replace = (next: Project) => {
    setProject(next);
    setLinkBroken(false);
    latest.current = next;
  };
  // Only what somebody changed is written: a link that was followed stays as it came.
  const latest = useRef<Project>(undefined);
  useEffect(() => {
    if (project === undefined || latest.current !== project) return;
    const timer = setTimeout(async () => {
      const fragment = await fragmentOf(project);
      if (latest.current !== project) return;
      const fits = fragment !== "" && fragment.length <= MOST_LINK;
      setTooLarge(!fits);
      if (!fits) return;
      own.current = `#${fragment}`;
      history.replaceState(null, "", own.current);
    }, PAUSE_MILLISECONDS);
    return () => clearTimeout(timer);
  }, [project]);

  const change = (part: Partial<Project>) => {
    if (project !== undefined) replace({ ...project, ...part });
  };
  return { project, change, replace, isLinkBroken, isTooLarge };
}
