// The page with the map of the network.
import { start } from "../lib/behaviour";
import * as mapRows from "../lib/map-rows";

start([mapRows.init]);
