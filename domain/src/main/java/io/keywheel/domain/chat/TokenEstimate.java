package io.keywheel.domain.chat;

import org.jspecify.annotations.Nullable;

/// The tokens that a request may use, estimated without a tokenizer, because each model has a different one.
/// Providers count the tokens before they answer.
///
/// A token counts as four characters, as in English prose; code has shorter ones, Chinese nearly one for each
/// character. A message costs four tokens more for its frame. A part that is not text costs a flat thousand,
/// about as much as an image of one megapixel. Earlier reasoning does not count: most providers do not
/// receive it.
///
/// @param promptTokens from 0 on; clamped
/// @param answers how many answers the request wants; clamped
/// @param maxTokens the most tokens of each answer, clamped; null if the request does not bound them
public record TokenEstimate(
        long promptTokens, int answers, @Nullable Long maxTokens) {

    private static final int CHARACTERS_PER_TOKEN = 4;
    private static final int TOKENS_PER_FRAME = 4;
    private static final int TOKENS_PER_NON_TEXT_PART = 1000;

    /// Bounds each number, because clients may send any: their sum does not overflow.
    private static final long MOST = 1L << 40;

    private static final int MOST_ANSWERS = 1000;

    public TokenEstimate {
        promptTokens = Math.clamp(promptTokens, 0, MOST);
        answers = Math.clamp(answers, 0, MOST_ANSWERS);
        maxTokens = maxTokens == null ? null : (Long) Math.clamp(maxTokens, 0, MOST);
    }

    public static TokenEstimate of(Conversation conversation, Sampling sampling) {
        int choices = sampling.choices() == null ? 1 : sampling.choices();
        return new TokenEstimate(prompt(conversation), choices, sampling.maxTokens());
    }

    /// The estimate of a request that may use `tokens` in all.
    public static TokenEstimate of(long tokens) {
        return new TokenEstimate(tokens, 0, null);
    }

    /// The tokens of the prompt, and `maxTokens` for each answer; without `maxTokens`, those of the prompt alone.
    public long tokens() {
        return promptTokens + answers * (maxTokens == null ? 0 : maxTokens);
    }

    /// The tokens that a provider reserves for the request before it answers.
    ///
    /// @param mostPerAnswer as in [io.keywheel.domain.routing.ProviderProfile]
    public long reserved(long mostPerAnswer) {
        return mostPerAnswer == 0
                ? tokens()
                : promptTokens + answers * (maxTokens == null ? mostPerAnswer : Math.min(maxTokens, mostPerAnswer));
    }

    public static long ofCharacters(long characters) {
        return Math.ceilDiv(characters, CHARACTERS_PER_TOKEN);
    }

    public static long prompt(Conversation conversation) {
        long characters = 0;
        long tokens = 0;
        for (Message message : conversation.messages()) {
            tokens += TOKENS_PER_FRAME;
            for (Part part : message.content()) {
                switch (part) {
                    case Part.Text text -> characters += text.text().length();
                    case Part.Image _, Part.Other _ -> tokens += TOKENS_PER_NON_TEXT_PART;
                }
            }
            for (ToolCall call : message.toolCalls()) {
                characters += call.name().length() + (long) call.arguments().length();
            }
        }
        for (Tool tool : conversation.tools()) {
            switch (tool) {
                case Tool.Function function ->
                    characters +=
                            function.name().length() + length(function.description()) + length(function.parameters());
                case Tool.Other _ -> tokens += TOKENS_PER_FRAME;
            }
        }
        return tokens + ofCharacters(characters);
    }

    private static long length(@Nullable String text) {
        return text == null ? 0 : text.length();
    }
}
