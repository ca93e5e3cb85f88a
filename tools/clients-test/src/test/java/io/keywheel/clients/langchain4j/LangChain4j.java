package io.keywheel.clients.langchain4j;

import com.fasterxml.jackson.databind.JsonNode;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.exception.AuthenticationException;
import dev.langchain4j.exception.InternalServerException;
import dev.langchain4j.exception.InvalidRequestException;
import dev.langchain4j.exception.ModelNotFoundException;
import dev.langchain4j.exception.RateLimitException;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.json.JsonObjectSchema;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import io.keywheel.clients.AgentBehaviours;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;

/// The code shared by both LangChain4j modules.
abstract class LangChain4j extends AgentBehaviours {

    private static final List<ToolSpecification> TOOLS = Stream.of("weather", "clock")
            .map(name -> ToolSpecification.builder()
                    .name(name)
                    .parameters(JsonObjectSchema.builder().build())
                    .build())
            .toList();

    abstract ChatModel whole(String token, String model);

    abstract StreamingChatModel streaming(String token, String model);

    @Override
    protected Answer ask(Form form, String token, String model, String text) {
        Function<ChatRequest, ChatResponse> client = switch (form) {
            case WHOLE -> whole(token, model)::chat;
            case STREAM -> request -> stream(streaming(token, model), request);
        };
        return ask(client, List.of(UserMessage.from(text)));
    }

    private ChatResponse stream(StreamingChatModel model, ChatRequest request) {
        var stream = new StreamRecorder();
        model.chat(request, stream);
        try {
            return stream.response();
        } catch (CompletionException e) {
            throw Objects.requireNonNull((RuntimeException) e.getCause());
        } finally {
            received.addAll(stream.words);
        }
    }

    private static Answer ask(Function<ChatRequest, ChatResponse> client, List<ChatMessage> messages) {
        var request = ChatRequest.builder().messages(messages).toolSpecifications(TOOLS);
        var response = client.apply(request.build());
        // For chat completions, LangChain4j ignores the error event, so only the missing finish reason shows the
        // failure.
        if (response.finishReason() == null) {
            throw new IllegalStateException("nothing says how the answer finished");
        }
        var message = response.aiMessage();
        var calls = new HashMap<String, JsonNode>();
        message.toolExecutionRequests().forEach(call -> calls.put(call.name(), json(call.arguments())));
        return new Answer(Objects.requireNonNullElse(message.text(), ""), calls, results -> {
            var next = new ArrayList<>(messages);
            next.add(message);
            for (int i = 0; i < results.size(); i++) {
                next.add(ToolExecutionResultMessage.from(
                        message.toolExecutionRequests().get(i), results.get(i)));
            }
            return ask(client, next);
        });
    }

    @Override
    protected Class<? extends RuntimeException> exception(Failure failure) {
        return switch (failure) {
            case WRONG_TOKEN -> AuthenticationException.class;
            case UNKNOWN_MODEL -> ModelNotFoundException.class;
            case TOO_LARGE, REJECTED -> InvalidRequestException.class;
            case LIMITED -> RateLimitException.class;
            case DOWN -> InternalServerException.class;
        };
    }

    /// LangChain4j does not expose headers.
    @Override
    protected OptionalInt retryAfter(RuntimeException error) {
        return OptionalInt.empty();
    }

    private static final class StreamRecorder implements StreamingChatResponseHandler {

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
}
