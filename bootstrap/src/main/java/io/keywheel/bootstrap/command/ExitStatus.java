package io.keywheel.bootstrap.command;

/// How a command ended.
public final class ExitStatus {

    public static final int OK = 0;

    /// It went wrong while it ran, or was stopped before its running requests had ended.
    public static final int FAILED = 1;

    /// What it was given does not let it start.
    public static final int NOT_STARTED = 2;

    private ExitStatus() {}
}
