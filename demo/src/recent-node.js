// Loaded before the demo, in JavaScript that every Node understands: an older one cannot even read the rest.
// Scripts run on the Node that is installed with the dependencies; without it, silently on the machine's own.
const [major = 0] = process.versions.node.split(".").map(Number);
if (major < 24) {
  process.stderr.write(
    `Node ${process.versions.node} is too old: Baton runs on Node 24 or newer, and \`npm start\` brings its own. ` +
      "If it did not, delete node_modules and run npm start again.\n",
  );
  process.exit(1);
}
