package io.keywheel.clients.langchain4j;

import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/// Records the text and the end of a stream.
final class StreamRecorder implements StreamingChatResponseHandler {

    final List<String> words = new CopyOnWriteArrayList<>();
    private final CompletableFuture<ChatResponse> end =
            new CompletableFuture<ChatResponse>().orTimeout(5, TimeUnit.MINUTES);

    ChatResponse response() {
        return end.join();
    }

    @Override
    public void onPartialResponse(String word) {
        words.add(word);
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
