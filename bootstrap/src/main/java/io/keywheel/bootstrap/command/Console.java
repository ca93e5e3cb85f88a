package io.keywheel.bootstrap.command;

import java.io.PrintStream;

/// The standard output and error of the commands. The log is written by [io.keywheel.bootstrap.log.Logging].
///
/// @param out receives results
/// @param err receives error messages
public record Console(PrintStream out, PrintStream err) {

    public void say(String line) {
        out.println(line);
    }

    public void complain(String line) {
        err.println(line);
    }

    public void complain(Exception failure) {
        err.println(failure.getMessage());
    }
}
