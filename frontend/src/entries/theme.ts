// Loaded in <head> without defer, so that the page is never painted in the other theme first.
// A file of its own because the Content-Security-Policy allows no script inside the page.
import { apply, follow } from "../lib/theme";

apply();
follow();
