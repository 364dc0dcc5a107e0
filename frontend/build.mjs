// Bundles every src/entries/*.ts into hearth/static/dist/<name>.js, and puts the vendored files
// beside them. Names carry no hash: whitenoise hashes when static files are collected.
//
//   node build.mjs            build once
//   node build.mjs --watch    and again whenever a source changes, with source maps
import { cp, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";

const here = path.dirname(fileURLToPath(import.meta.url));
const entryFolder = path.join(here, "src", "entries");
const dist = path.join(here, "..", "hearth", "static", "dist");
const testAssets = path.join(here, "..", "build", "test-assets"); // never served
const require = createRequire(import.meta.url);

/** Copies without the reference to a source map, which is not shipped and would be asked for. */
async function copyWithoutMap(source, target) {
  const text = await readFile(source, "utf8");
  await writeFile(target, text.replace(/\n?(\/\*|\/\/)# sourceMappingURL=\S+( ?\*\/)?\s*$/, "\n"));
}

async function copyVendored() {
  const vendor = path.join(dist, "vendor");
  await mkdir(vendor, { recursive: true });
  await mkdir(testAssets, { recursive: true });
  const tabler = path.join(here, "node_modules", "@tabler", "core");
  await copyWithoutMap(
    path.join(tabler, "dist", "css", "tabler.min.css"), // light and dark in one file
    path.join(vendor, "tabler.min.css"),
  );
  await cp(require.resolve("axe-core/axe.min.js"), path.join(testAssets, "axe.min.js"));
}

async function entryPoints() {
  const names = await readdir(entryFolder);
  return names.filter((name) => name.endsWith(".ts")).sort().map((name) => path.join(entryFolder, name));
}

const watch = process.argv.includes("--watch");
const options = {
  entryPoints: await entryPoints(),
  outdir: dist,
  bundle: true,
  format: "iife", // so that theme.js can run before the first paint, and no module graph is fetched
  target: "es2021",
  minify: !watch,
  sourcemap: watch ? "inline" : false,
  loader: { ".svg": "text" },
  define: { "process.env.NODE_ENV": watch ? '"development"' : '"production"' },
  logLevel: "warning",
};

await rm(dist, { recursive: true, force: true });
await copyVendored();
if (watch) {
  const context = await esbuild.context({ ...options, logLevel: "info" });
  await context.watch();
} else {
  const result = await esbuild.build({ ...options, metafile: true });
  for (const [file, { bytes }] of Object.entries(result.metafile.outputs)) {
    console.log(`${path.basename(file)}  ${(bytes / 1024).toFixed(1)} KB`);
  }
}
