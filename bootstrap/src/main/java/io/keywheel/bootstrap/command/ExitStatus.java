package io.keywheel.bootstrap.command;

/// The exit statuses of the commands. Java itself exits with 3 if the heap is full.
public final class ExitStatus {

    public static final int OK = 0;

    /// The command failed while it ran, or a second signal stopped it before its running requests had ended.
    public static final int FAILED = 1;

    /// The command could not start with its arguments and settings.
    public static final int NOT_STARTED = 2;

    private ExitStatus() {}
}
