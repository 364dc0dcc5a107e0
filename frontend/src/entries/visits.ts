// The page at the door of a home visit.
import { start } from "../lib/behaviour";
import * as signature from "../lib/signature";

start([signature.init]);
