package io.keywheel.application.service;

import io.keywheel.application.port.out.LlmReply;
import io.keywheel.domain.chat.Chunk;
import io.keywheel.domain.chat.TokenEstimate;
import io.keywheel.domain.chat.TokenUsage;
import io.keywheel.domain.chat.ToolCallPart;

/// What an attempt has spent in tokens, as far as is known: what the provider says of a whole answer; the prompt
/// and
/// what came of one that was left or broken off.
///
/// Used by the attempt's thread alone.
final class SpentTokenCounter {

    private final long prompt;
    private long characters;

    /// @param prompt its tokens
    SpentTokenCounter(long prompt) {
        this.prompt = prompt;
    }

    void came(Chunk chunk) {
        for (Chunk.Piece piece : chunk.pieces()) {
            Chunk.Delta delta = piece.delta();
            characters += delta.text().length() + (long) delta.reasoning().length();
            for (ToolCallPart part : delta.toolCalls()) {
                characters += part.arguments().length();
            }
        }
    }

    /// @param need what the attempt was thought to need: it counts as spent where no usage is reported
    long by(LlmReply reply, long need) {
        return switch (reply) {
            case LlmReply.Failed _ -> prompt + TokenEstimate.ofCharacters(characters);
            case LlmReply.Answered(var completion, var _) -> {
                TokenUsage usage = completion.usage();
                yield usage == null || usage.totalTokens() <= 0 ? need : usage.totalTokens();
            }
        };
    }
}
