package io.keywheel.bootstrap.settings;

import java.util.List;

/// The tokens that clients may send. Like [io.keywheel.application.port.out.ApiKey] it is no record,
/// and prints no secret.
public final class AccessTokens {

    private final List<String> tokens;

    AccessTokens(List<String> tokens) {
        this.tokens = List.copyOf(tokens);
    }

    /// The tokens themselves, to be compared with those of clients.
    public List<String> reveal() {
        return tokens;
    }

    public boolean isEmpty() {
        return tokens.isEmpty();
    }

    public int size() {
        return tokens.size();
    }

    /// How many of these the others are not among.
    public int notIn(AccessTokens others) {
        return (int)
                tokens.stream().filter(token -> !others.tokens.contains(token)).count();
    }

    @Override
    public String toString() {
        return "AccessTokens[" + tokens.size() + "]";
    }
}
