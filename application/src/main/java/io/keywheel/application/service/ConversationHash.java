package io.keywheel.application.service;

import io.keywheel.application.port.in.ChatCommand;
import io.keywheel.domain.chat.Conversation;
import io.keywheel.domain.chat.Message;
import io.keywheel.domain.chat.Part;
import io.keywheel.domain.chat.Role;
import io.keywheel.domain.chat.Tool;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/// Identifies a conversation by the client and its name for the conversation. Without a name, the tools, the system
/// prompt and the first user message identify it.
final class ConversationHash {

    /// The approximate number of characters to copy at a time: a request may have megabytes of text or images.
    private static final int CHUNK = 64 * 1024;

    private final ToLongFunction<String> hash;
    private final StringBuilder text = new StringBuilder();

    private ConversationHash(ToLongFunction<String> hash) {
        this.hash = hash;
    }

    /// Never 0, which stands for no conversation.
    ///
    /// @param hash hashes a text
    static long of(ChatCommand command, ToLongFunction<String> hash) {
        var conversation = new ConversationHash(hash);
        conversation.add(command.client());
        conversation.add(command.cacheKey());
        if (command.cacheKey() == null) {
            conversation.add(command.conversation());
        }
        long found = hash.applyAsLong(conversation.text.toString());
        return found == 0 ? 1 : found;
    }

    private void add(Conversation conversation) {
        for (Tool tool : conversation.tools()) {
            switch (tool) {
                case Tool.Function function -> {
                    add(function.name());
                    add(function.description());
                    add(function.parameters());
                }
                case Tool.Other other -> add(other.fields().toString());
            }
        }
        for (Message message : conversation.messages()) {
            if (message.role() != Role.ASSISTANT && message.role() != Role.TOOL) {
                add(message);
            }
            if (message.role() == Role.USER) {
                return;
            }
        }
    }

    private void add(Message message) {
        add(message.role().name());
        for (Part part : message.content()) {
            switch (part) {
                case Part.Text text -> add(text.text());
                case Part.Image image -> add(image.url());
                case Part.Other other -> add(other.fields().toString());
            }
        }
    }

    /// Adds the length before `piece`, so that different pieces never give the same text.
    private void add(@Nullable String piece) {
        text.append(piece == null ? -1 : piece.length()).append(':');
        for (int from = 0; piece != null && from < piece.length(); from += CHUNK) {
            text.append(piece, from, Math.min(piece.length(), from + CHUNK));
            if (text.length() > CHUNK) {
                long soFar = hash.applyAsLong(text.toString());
                text.setLength(0);
                text.append(soFar).append(';');
            }
        }
    }
}
