package io.keywheel.domain.chat;

import org.jspecify.annotations.Nullable;

/// How many tokens a request may use up, estimated without a tokenizer: every model has its own, and a provider
/// counts with it before it answers.
///
/// A token is taken for four characters, as it is in English prose; code has shorter ones, Chinese nearly one for each
/// character. A message costs four tokens more for its frame, and a part that is no text a flat thousand, about as
/// much as a picture of one megapixel. Old reasoning is left out upstream, and does not count.
public final class TokenEstimate {

    private static final int CHARACTERS_PER_TOKEN = 4;
    private static final int FRAME = 4;
    private static final int NO_TEXT = 1000;

    /// A client may name any number; a prompt is added to it.
    private static final long MOST_ANSWERED = 1L << 40;

    private TokenEstimate() {}

    /// The prompt, and the most that its answers may have together. Where the request does not bound them, the prompt
    /// alone.
    public static long of(Conversation conversation, Sampling sampling) {
        Long most = sampling.maxTokens();
        int choices = sampling.choices() == null ? 1 : sampling.choices();
        return prompt(conversation) + (most == null ? 0 : Math.clamp(most, 0, MOST_ANSWERED) * choices);
    }

    /// So many characters of an answer.
    public static long ofCharacters(long characters) {
        return Math.ceilDiv(characters, CHARACTERS_PER_TOKEN);
    }

    /// The prompt alone.
    public static long prompt(Conversation conversation) {
        long characters = 0;
        long tokens = 0;
        for (Message message : conversation.messages()) {
            tokens += FRAME;
            for (Part part : message.content()) {
                switch (part) {
                    case Part.Text text -> characters += text.text().length();
                    case Part.Image _, Part.Other _ -> tokens += NO_TEXT;
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
                case Tool.Other _ -> tokens += FRAME;
            }
        }
        return tokens + ofCharacters(characters);
    }

    private static long length(@Nullable String text) {
        return text == null ? 0 : text.length();
    }
}
