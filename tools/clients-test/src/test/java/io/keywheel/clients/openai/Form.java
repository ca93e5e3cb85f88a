package io.keywheel.clients.openai;

import static org.junit.jupiter.api.Assertions.assertThrows;

import com.openai.client.OpenAIClient;
import com.openai.errors.OpenAIServiceException;
import com.openai.models.chat.completions.ChatCompletionCreateParams;

/// The two ways to ask: an error before the first piece of a stream is the same error.
enum Form {
    WHOLE,
    STREAM;

    /// The error that a question to a model ends in.
    <E extends OpenAIServiceException> E failing(Class<E> type, OpenAIClient client, String model) {
        return assertThrows(
                type, () -> ask(client, Caller.question(model, "hello").build()));
    }

    private void ask(OpenAIClient client, ChatCompletionCreateParams question) {
        var completions = client.chat().completions();
        switch (this) {
            case WHOLE -> completions.create(question);
            case STREAM -> {
                try (var response = completions.createStreaming(question)) {
                    response.stream().forEach(_ -> {});
                }
            }
        }
    }
}
