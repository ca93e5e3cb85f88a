package io.keywheel.bootstrap.command;

import java.io.PrintStream;

/// The output of the commands. The log goes elsewhere.
///
/// @param out what was asked for
/// @param err what went wrong
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
