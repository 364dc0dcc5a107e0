// The public finder of outlets.
import { start } from "../lib/behaviour";
import * as nearby from "../lib/nearby";

start([nearby.init]);
