package io.keywheel.adapters.http.responses;

import io.keywheel.adapters.http.request.Requests;
import io.keywheel.adapters.http.request.Transcript;
import io.keywheel.domain.chat.Tool;
import java.util.List;

/// Requests in short: `'` stands for a quotation mark, `#` for an input.
final class ResponsesRequests {

    private ResponsesRequests() {}

    static ResponsesRequest read(String body) {
        return ResponsesRequest.read(Requests.json(body.replace("#", "'input':'a'")));
    }

    static String messages(String items) {
        return said(read("{'input':[" + items + "]}"));
    }

    static String said(ResponsesRequest request) {
        return Transcript.of(request.command().conversation().messages());
    }

    static List<Tool.Function> functions(String tools) {
        return functions(read("{#,'tools':[" + tools + "]}"));
    }

    static List<Tool.Function> functions(ResponsesRequest request) {
        return request.command().conversation().tools().stream()
                .map(Tool.Function.class::cast)
                .toList();
    }

    static List<String> names(ResponsesRequest request) {
        return functions(request).stream().map(Tool.Function::name).toList();
    }

    static List<String> dropped(ResponsesRequest request) {
        return List.copyOf(request.tools().upstream().dropped());
    }
}
