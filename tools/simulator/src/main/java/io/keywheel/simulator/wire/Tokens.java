package io.keywheel.simulator.wire;

import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/// Splits text into simulated tokens: up to five characters, with preceding blanks.
final class Tokens {

    private static final Pattern TOKEN = Pattern.compile("\\s*\\S{1,5}|\\s+");

    private Tokens() {}

    /// The tokens, whose concatenation is the text.
    static List<String> of(String text) {
        return TOKEN.matcher(text).results().map(MatchResult::group).toList();
    }
}
