// `./run` calls it, with the folder in which the Worker is.
import { show } from "./story.mjs";

process.exitCode = (await show(process.argv[2])) ? 0 : 1;
