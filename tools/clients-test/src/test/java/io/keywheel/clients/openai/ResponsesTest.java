package io.keywheel.clients.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.openai.client.OpenAIClient;
import com.openai.core.JsonValue;
import com.openai.helpers.ResponseAccumulator;
import com.openai.models.responses.EasyInputMessage;
import com.openai.models.responses.FunctionTool;
import com.openai.models.responses.Response;
import com.openai.models.responses.ResponseCreateParams;
import com.openai.models.responses.ResponseFunctionToolCall;
import com.openai.models.responses.ResponseInputItem;
import com.openai.models.responses.ResponseStatus;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;

/// openai-java on the Responses API.
final class ResponsesTest extends OpenAiSdk {

    private static final FunctionTool.Parameters ANY = FunctionTool.Parameters.builder()
            .putAdditionalProperty("type", JsonValue.from("object"))
            .build();

    @Override
    protected Answer ask(Form form, String token, String model, String text) {
        var question = ResponseCreateParams.builder().model(model).store(false);
        for (var tool : List.of("weather", "clock")) {
            question.addTool(FunctionTool.builder()
                    .name(tool)
                    .parameters(ANY)
                    .strict(false)
                    .build());
        }
        var message = EasyInputMessage.builder()
                .role(EasyInputMessage.Role.USER)
                .content(text)
                .build();
        return ask(form, client(token), question, List.of(ResponseInputItem.ofEasyInputMessage(message)));
    }

    private Answer ask(
            Form form, OpenAIClient client, ResponseCreateParams.Builder question, List<ResponseInputItem> said) {
        var params = question.inputOfResponse(said).build();
        var response = switch (form) {
            case WHOLE -> client.responses().create(params);
            case STREAM -> stream(client, params);
        };
        if (response.status().equals(Optional.of(ResponseStatus.FAILED))) {
            throw new IllegalStateException(String.valueOf(response.error()));
        }
        var text = new StringBuilder();
        var calls = new HashMap<String, JsonNode>();
        var called = new ArrayList<ResponseFunctionToolCall>();
        var items = new ArrayList<>(said);
        for (var item : response.output()) {
            item.reasoning().ifPresent(each -> items.add(ResponseInputItem.ofReasoning(each)));
            item.message().ifPresent(each -> {
                each.content().forEach(part -> part.outputText().ifPresent(output -> text.append(output.text())));
                items.add(ResponseInputItem.ofResponseOutputMessage(each));
            });
            item.functionCall().ifPresent(call -> {
                called.add(call);
                calls.put(call.name(), json(call.arguments()));
                items.add(ResponseInputItem.ofFunctionCall(call));
            });
        }
        return new Answer(text.toString(), calls, results -> {
            for (int i = 0; i < called.size(); i++) {
                items.add(ResponseInputItem.ofFunctionCallOutput(ResponseInputItem.FunctionCallOutput.builder()
                        .callId(called.get(i).callId())
                        .output(results.get(i))
                        .build()));
            }
            return ask(form, client, question, items);
        });
    }

    private Response stream(OpenAIClient client, ResponseCreateParams question) {
        var accumulator = ResponseAccumulator.create();
        try (var response = client.responses().createStreaming(question)) {
            response.stream().forEach(event -> {
                accumulator.accumulate(event);
                event.outputTextDelta().ifPresent(delta -> received.add(delta.delta()));
            });
        }
        return accumulator.response();
    }
}
