// What pages for people without an account have beside app.js.
import { start } from "../lib/behaviour";
import * as speak from "../lib/speak";

start([speak.init]);
