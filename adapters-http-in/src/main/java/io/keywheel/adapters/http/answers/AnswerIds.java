package io.keywheel.adapters.http.answers;

import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/// Ids of answers and of their parts.
public final class AnswerIds {

    private AnswerIds() {}

    /// A new id. The request's id is not used: a client may send the same one for all turns of a conversation.
    public static String next() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        return HexFormat.of().toHexDigits(random.nextLong()) + HexFormat.of().toHexDigits(random.nextLong());
    }
}
