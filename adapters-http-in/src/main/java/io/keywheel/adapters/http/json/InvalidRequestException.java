package io.keywheel.adapters.http.json;

import org.jspecify.annotations.Nullable;

/// What is wrong with the JSON of a request.
public final class InvalidRequestException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final @Nullable String field;
    private final String problem;

    InvalidRequestException(@Nullable String field, String problem) {
        super(problem);
        this.field = field;
        this.problem = problem;
    }

    /// The problem, as a sentence for the client.
    public String problem() {
        return problem;
    }

    /// The field, as in `messages[1].role`; null where the whole request is wrong.
    public @Nullable String field() {
        return field;
    }
}
