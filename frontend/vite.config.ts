import { gzipSync } from "node:zlib";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

/** Where Home Assistant serves the built files from. */
const BUILT = "../custom_components/libreview/frontend";
const ENTRY = "libreview";

/** Home Assistant compresses no files itself, but serves the compressed one that lies beside the other. */
const compressed: Plugin = {
  name: "compressed",
  generateBundle(_, bundle) {
    for (const file of Object.values(bundle)) {
      if (file.type === "chunk") {
        this.emitFile({
          type: "asset",
          fileName: `${file.fileName}.gz`,
          source: gzipSync(file.code, { level: 9 }),
        });
      }
    }
  },
};

/** The entry's address ends in a version, so whatever imported it would load it a second time. */
const entryStaysAlone: Plugin = {
  name: "entry-stays-alone",
  generateBundle(_, bundle) {
    for (const file of Object.values(bundle)) {
      if (file.type !== "chunk") continue;
      if (file.imports.includes(`${ENTRY}.js`) || (file.isEntry && file.imports.length)) {
        this.error(`${file.fileName} shares code with the entry: ${file.imports}`);
      }
    }
  },
};

export default defineConfig({
  base: "./", // imports stay relative, so the files work under any address
  plugins: [entryStaysAlone, compressed],
  build: {
    target: "es2022",
    outDir: process.env.LIBREVIEW_BUILD_INTO ?? BUILT,
    emptyOutDir: true,
    modulePreload: false,
    reportCompressedSize: false,
    lib: { entry: { [ENTRY]: "src/libreview.ts" }, formats: ["es"] }, // without helpers for what is not there
    rolldownOptions: {
      output: {
        entryFileNames: "[name].js",
        chunkFileNames: "[name]-[hash].js",
        minify: true,
      },
    },
  },
  test: { include: ["tests/**/*.test.ts"] },
});
