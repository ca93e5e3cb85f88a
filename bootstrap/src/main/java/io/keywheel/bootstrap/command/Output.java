package io.keywheel.bootstrap.command;

import java.io.PrintStream;

/// The standard output and error of the commands. The log is written by [io.keywheel.bootstrap.log.Logging].
public record Output(PrintStream out, PrintStream err) {

    public void print(String line) {
        out.println(line);
    }

    /// Returns `status`, or [ExitStatus#FAILED] if the output could not be written, as on a full disk. [PrintStream]
    /// throws nothing then.
    public int checked(int status) {
        if (out.checkError()) {
            printError("The output could not be written");
            return ExitStatus.FAILED;
        }
        return status;
    }

    public void printError(String line) {
        err.println(line);
    }

    public void printError(Exception failure) {
        err.println(failure.getMessage());
    }
}
