// The checklist of one inspection, and the page of the check that it became.
import * as checklist from "../inspection/checklist";
import * as forget from "../inspection/forget";
import { start } from "../lib/behaviour";

start([checklist.init, forget.init]);
