// A screen, or a part of one, that is a chunk of its own: it is asked for when it is drawn.
import { createElement } from "preact";
import { t } from "../i18n";
import { askFor, chunk, type ChunkName, type Props } from "../routes";
import { Notice } from "./notice";

/** Draws a chunk with what it takes, when it is there. */
export function Later<Name extends ChunkName>({ name, ...props }: { name: Name } & Props<Name>) {
  const Found = chunk(name);
  if (Found === undefined) return <p class="soft" aria-busy="true">{t("state.loading")}</p>;
  if (Found instanceof Error) {
    return (
      <Notice tone="wrong" action={<button type="button" class="button" onClick={() => askFor(name, true)}>{t("action.again")}</button>}>
        {t("problem.offline")}
      </Notice>
    );
  }
  return createElement(Found, props as unknown as Props<Name>);
}
