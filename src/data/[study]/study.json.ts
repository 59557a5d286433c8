import {load} from "../../../loaders/site/loader.js";

await load("data/[study]/study.json");
