package io.keywheel.adapters.http.anthropic;

import io.keywheel.domain.chat.Conversation;
import io.keywheel.domain.chat.TokenEstimate;

final class TokenCount {

    private TokenCount() {}

    static long of(Conversation conversation) {
        return TokenEstimate.prompt(conversation);
    }
}
