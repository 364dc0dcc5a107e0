// Forms whose typed text outlives a lost connection.
import { start } from "../lib/behaviour";
import * as keep from "../lib/keep";

start([keep.init]);
