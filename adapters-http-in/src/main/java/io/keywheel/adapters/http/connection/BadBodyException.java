package io.keywheel.adapters.http.connection;

/// A request body is late, too large, or malformed.
public final class BadBodyException extends RuntimeException {

    public enum Problem {
        LATE,
        TOO_LARGE,
        MALFORMED
    }

    private final Problem problem;

    BadBodyException(Problem problem) {
        super("the body is " + problem);
        this.problem = problem;
    }

    public Problem problem() {
        return problem;
    }
}
