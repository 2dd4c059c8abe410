// Loaded before everything else, in JavaScript that every Node understands: an older one cannot even read the rest.
const [major = 0] = process.versions.node.split(".").map(Number);
if (major < 24) {
  process.stderr.write(
    `Node ${process.versions.node} is too old: Baton runs on Node 24 or newer, and in its repository \`npm start\` and \`npx baton\` bring ` +
      "their own. If they did not, delete node_modules and run npm start again.\n",
  );
  process.exit(1);
}
