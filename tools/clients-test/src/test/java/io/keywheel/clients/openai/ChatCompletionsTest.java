package io.keywheel.clients.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.openai.client.OpenAIClient;
import com.openai.core.JsonValue;
import com.openai.helpers.ChatCompletionAccumulator;
import com.openai.models.FunctionDefinition;
import com.openai.models.FunctionParameters;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionMessageFunctionToolCall;
import com.openai.models.chat.completions.ChatCompletionToolMessageParam;
import java.util.HashMap;
import java.util.List;

final class ChatCompletionsTest extends OpenAiSdk {

    private static final FunctionParameters ANY = FunctionParameters.builder()
            .putAdditionalProperty("type", JsonValue.from("object"))
            .build();

    @Override
    protected Answer ask(Form form, String token, String model, String text) {
        var question = ChatCompletionCreateParams.builder().model(model).addUserMessage(text);
        for (var tool : List.of("weather", "clock")) {
            question.addFunctionTool(
                    FunctionDefinition.builder().name(tool).parameters(ANY).build());
        }
        return ask(form, client(token), question);
    }

    private Answer ask(Form form, OpenAIClient client, ChatCompletionCreateParams.Builder question) {
        var completion = switch (form) {
            case WHOLE -> client.chat().completions().create(question.build());
            case STREAM -> stream(client, question.build());
        };
        var message = completion.choices().getFirst().message();
        List<ChatCompletionMessageFunctionToolCall> called = message.toolCalls().orElse(List.of()).stream()
                .map(call -> call.asFunction())
                .toList();
        var calls = new HashMap<String, JsonNode>();
        called.forEach(
                call -> calls.put(call.function().name(), json(call.function().arguments())));
        return new Answer(message.content().orElse(""), calls, results -> {
            question.addMessage(message);
            for (int i = 0; i < results.size(); i++) {
                question.addMessage(ChatCompletionToolMessageParam.builder()
                        .toolCallId(called.get(i).id())
                        .content(results.get(i))
                        .build());
            }
            return ask(form, client, question);
        });
    }

    private ChatCompletion stream(OpenAIClient client, ChatCompletionCreateParams question) {
        var accumulator = ChatCompletionAccumulator.create();
        try (var response = client.chat().completions().createStreaming(question)) {
            response.stream().forEach(chunk -> {
                accumulator.accumulate(chunk);
                chunk.choices().forEach(choice -> choice.delta().content().ifPresent(received::add));
            });
        }
        return accumulator.chatCompletion();
    }
}
