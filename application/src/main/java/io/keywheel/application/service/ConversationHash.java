package io.keywheel.application.service;

import io.keywheel.application.port.in.ChatCommand;
import io.keywheel.domain.chat.Conversation;
import io.keywheel.domain.chat.Message;
import io.keywheel.domain.chat.Part;
import io.keywheel.domain.chat.Role;
import io.keywheel.domain.chat.Tool;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.jspecify.annotations.Nullable;

/// Recognises the requests of one conversation by what stays the same in all of them: the client, and what it calls
/// the conversation. If it does not call it anything: the tools, the system prompt and the first user message.
final class ConversationHash {

    private final MessageDigest digest;

    private ConversationHash(MessageDigest digest) {
        this.digest = digest;
    }

    /// Never 0, which stands for no conversation.
    static long of(ChatCommand command) {
        var hash = new ConversationHash(sha256());
        hash.add(command.client());
        hash.add(command.cacheKey());
        if (command.cacheKey() == null) {
            hash.add(command.conversation());
        }
        long first = ByteBuffer.wrap(hash.digest.digest()).getLong();
        return first == 0 ? 1 : first;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
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

    /// With its length in front, so that no two rows of texts are the same bytes.
    private void add(@Nullable String text) {
        byte[] bytes = text == null ? new byte[0] : text.getBytes(StandardCharsets.UTF_8);
        digest.update(ByteBuffer.allocate(Integer.BYTES)
                .putInt(text == null ? -1 : bytes.length)
                .flip());
        digest.update(bytes);
    }
}
