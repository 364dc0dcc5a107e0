// What every page has. Islands of single pages are entries of their own.
import { start } from "../lib/behaviour";
import * as confirm from "../lib/confirm";
import * as guard from "../lib/guard";
import * as shortcuts from "../lib/shortcuts";
import * as sidebar from "../lib/sidebar";
import * as submitOnce from "../lib/submit-once";
import * as theme from "../lib/theme";
import * as tickAll from "../lib/tick-all";
import * as toasts from "../lib/toasts";

start([theme.init, sidebar.init, confirm.init, submitOnce.init, tickAll.init, guard.init, toasts.init, shortcuts.init]);
