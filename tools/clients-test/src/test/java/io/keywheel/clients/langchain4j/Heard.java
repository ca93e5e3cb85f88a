package io.keywheel.clients.langchain4j;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.PartialThinking;
import dev.langchain4j.model.chat.response.PartialToolCall;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/// What a stream has said so far, and how it ended.
final class Heard implements StreamingChatResponseHandler {

    final List<String> words = new CopyOnWriteArrayList<>();
    final List<String> thoughts = new CopyOnWriteArrayList<>();
    final List<String> argumentParts = new CopyOnWriteArrayList<>();
    private final CompletableFuture<ChatResponse> end =
            new CompletableFuture<ChatResponse>().orTimeout(5, TimeUnit.MINUTES);

    ChatResponse response() {
        return end.join();
    }

    /// The error it ended in.
    <E extends Throwable> E error(Class<E> type) {
        return assertInstanceOf(
                type, assertThrows(CompletionException.class, end::join).getCause());
    }

    String text() {
        return String.join("", words);
    }

    @Override
    public void onPartialResponse(String word) {
        words.add(word);
    }

    @Override
    public void onPartialThinking(PartialThinking thought) {
        thoughts.add(thought.text());
    }

    @Override
    public void onPartialToolCall(PartialToolCall part) {
        argumentParts.add(part.partialArguments());
    }

    @Override
    public void onCompleteResponse(ChatResponse response) {
        end.complete(response);
    }

    @Override
    public void onError(Throwable error) {
        end.completeExceptionally(error);
    }
}
