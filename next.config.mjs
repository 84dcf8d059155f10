// `npm run lab -- preview` shows lessons while they are written; its pages (page.dev.tsx) are no part of the site.
const preview = process.env.SLIPWAY_PREVIEW === "1";

/** @type {import("next").NextConfig} */
const config = {
  // Every page is made at build time; lib/server serves the files with the headers that the lab needs.
  ...(preview ? { pageExtensions: ["tsx", "ts", "dev.tsx"], devIndicators: false } : { output: "export" }),
  trailingSlash: true,
  // In development React would mount everything twice, and a page can't have its lab twice.
  reactStrictMode: !preview,
  // `npm run types` checks types once for the whole repository; the build must not do it again with other settings.
  typescript: { ignoreBuildErrors: true },
  // They hold native code and read files of their own packages, so they must not be bundled.
  serverExternalPackages: ["mdx-bundler", "esbuild"],
  experimental: {
    // Two cores are the least that a build machine has.
    cpus: 2,
  },
};

export default config;
