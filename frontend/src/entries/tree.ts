// The page with the tree of a day.
import { start } from "../lib/behaviour";
import * as tree from "../lib/tree";

start([tree.init]);
