import {load} from "../../loaders/site/loader.js";

await load("fonts/[font].woff2");
