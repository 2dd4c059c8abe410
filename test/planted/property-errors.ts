import * as fc from "fast-check";

// The report of a property then holds what was not as expected, not only that something was not.
fc.configureGlobal({ includeErrorInReport: true });
