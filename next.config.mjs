/** @type {import("next").NextConfig} */
const config = {
  // Every page is made at build time; lib/server serves the files with the headers that the lab needs.
  output: "export",
  trailingSlash: true,
  reactStrictMode: true,
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
