import { readFileSync } from "node:fs";
import { defineConfig, type Plugin } from "vite";
import { compiledMessagesOf, messagesOf, partsOf } from "./scripts/catalogue.mjs";
import { icons, svg } from "./scripts/icons.mjs";
import says from "./src/says.json" with { type: "json" };

const MOCK = "http://127.0.0.1:8090";

/** Serves `virtual:messages`, which loads a part of the compiled catalogue of a language when it is wanted. */
function messages(): Plugin {
  const name = "virtual:messages";
  return {
    name: "cpas-messages",
    resolveId: (id) => (id === name || id.startsWith(`${name}/`) ? `\0${id}` : undefined),
    load(id) {
      if (id === `\0${name}`) {
        const parts = (language: string) => partsOf(language).map((part) => `${part}: () => import("${name}/${language}/${part}")`);
        return `export default { ${["en", "fr"].map((language) => `${language}: { ${parts(language).join(", ")} }`).join(", ")} };`;
      }
      if (!id.startsWith(`\0${name}/`)) return undefined;
      const [language, part] = id.slice(name.length + 2).split("/");
      const compiled = compiledMessagesOf(language as "en" | "fr", part);
      // A string that is parsed, not a literal: browsers read JSON faster than JavaScript.
      return `export default JSON.parse(${JSON.stringify(JSON.stringify(compiled))});`;
    },
  };
}

/** A chunk of the build, as far as it matters here. */
interface Part {
  fileName: string;
  name: string;
  code: string;
  imports: string[];
  moduleIds: string[];
}

/**
 * Writes dist/preload.json: what every page needs, and which chunks a route and a language need, so that the gateway can
 * name them before the page and in it, and the browser asks for all of it at once.
 */
function preload(): Plugin {
  return {
    name: "cpas-preload",
    generateBundle: { order: "post", handler(_options, bundle) {
      const routes: Record<string, string[]> = {};
      const languages: Record<string, Record<string, string>> = {};
      const chunks = Object.values(bundle).filter((one) => one.type === "chunk");
      const every = Object.values(bundle).filter((one) => (one.type === "chunk" ? one.name === "app" : one.fileName.endsWith(".css"))).map((one) => `/${one.fileName}`);
      const later = partsOf("en").filter((part) => part !== "first").map((part) => ({ part, ids: Object.keys(messagesOf("en", part)) }));
      /** A chunk may say only what is loaded before it is drawn. */
      // Also one that is put together: `plan.add_${kind}`. A word that is not there is shown as it is.
      const check = (chunk: Part, parts: readonly string[], screen = chunk.name) => {
        const sources = chunk.moduleIds.filter((id) => /\/src\/.*\.tsx?$/.test(id)).map((id) => readFileSync(id, "utf8"));
        const built = sources.flatMap((source) => [...source.matchAll(/\bt\(`([\w.]+)\$\{/g)].map((found) => found[1] ?? "")).filter((start) => start !== "word.");
        for (const { part, ids } of later.filter((one) => !parts.includes(one.part))) {
          const said = ids.filter((id) => built.some((start) => id.startsWith(start)) || [`"${id}"`, `'${id}'`, `\`${id}\``].some((literal) => chunk.code.includes(literal)));
          if (said.length > 0) this.error(`${screen}: ${chunk.name} says ${said.join(", ")} of ${part}.json, which is not loaded with it; see src/says.json`);
        }
      };
      /** A chunk and all that it needs beside the app. */
      const behind = (file: string, found = new Set<string>()) => {
        const chunk = bundle[file];
        if (chunk?.type === "chunk" && chunk.name !== "app" && !found.has(file)) {
          found.add(file);
          for (const next of chunk.imports) behind(next, found);
        }
        return found;
      };
      for (const chunk of chunks) {
        if (chunk.name === "app") check(chunk, []);
        if (!chunk.facadeModuleId) continue;
        const screen = /\/src\/screens\/([\w-]+)\.tsx$/.exec(chunk.facadeModuleId)?.[1];
        const [, language, part] = /virtual:messages\/(\w+)\/(\w+)$/.exec(chunk.facadeModuleId) ?? [];
        if (screen && chunk.isDynamicEntry) {
          if (!(screen in says)) this.error(`src/says.json does not tell what ${screen} says`);
          const shared = [...behind(chunk.fileName)].filter((file) => file !== chunk.fileName);
          routes[screen] = [chunk.fileName, ...shared].map((file) => `/${file}`);
          for (const one of chunks) if (one === chunk || shared.includes(one.fileName)) check(one, ["common", ...says[screen as keyof typeof says]], screen);
        }
        if (language && part) (languages[language] ??= {})[part] = `/${chunk.fileName}`;
      }
      const parts = Object.fromEntries(Object.keys(routes).map((screen) => [screen, ["common", ...says[screen as keyof typeof says]]]));
      this.emitFile({ type: "asset", fileName: "preload.json", source: JSON.stringify({ every, routes, says: parts, languages }, null, 1) });
    } },
  };
}

/** Draws the icons of the app that is installed, and puts the smallest into the page: it is no request of its own. */
function drawn(): Plugin {
  return {
    name: "cpas-icons",
    transformIndexHtml: (html) => html.replace("%ICON%", `data:image/svg+xml,${encodeURIComponent(svg())}`),
    generateBundle() {
      for (const [fileName, source] of Object.entries(icons())) this.emitFile({ type: "asset", fileName, source });
    },
  };
}

export default defineConfig({
  plugins: [messages(), preload(), drawn()],
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    target: "es2022",
    // light-dark() stays as it is: each part of the page may choose its own scheme.
    cssTarget: ["chrome123", "firefox120", "safari17.5"],
    modulePreload: { polyfill: false },
    cssCodeSplit: false,
    assetsInlineLimit: 0,
    rolldownOptions: {
      output: {
        // A page is the app, a screen with what it says, and what later screens share: forms and provenance, charts and
        // maps. What waits for the line is loaded on any page when something waits.
        codeSplitting: {
          includeDependenciesRecursively: false,
          groups: [
            { name: "offline", test: /\/src\/(offline\/(?!sections)|entry\/typed)/, priority: 4 },
            { name: "charts", test: /node_modules\/(d3-|internmap)|\/src\/charts\/(map|series|width)/, priority: 3 },
            { name: "later", test: /\/src\/parts\/(provenance|correct|drop|form|merge|memo|draft|person|submission)|\/src\/(words|i18n\/probability)/, priority: 3 },
            { name: "app", test: /vite\/preload-helper|virtual:messages$|node_modules|\/src\/(?!screens|charts|locales|entry|offline|plan)|\/src\/charts\/spark|\/src\/screens\/(home|missions|sign-in)/, priority: 2 },
          ],
        },
      },
    },
  },
  server: { proxy: { "/api": MOCK } },
  test: { environment: "jsdom", include: ["test/**/*.test.{ts,tsx}"] },
} as Parameters<typeof defineConfig>[0]);
