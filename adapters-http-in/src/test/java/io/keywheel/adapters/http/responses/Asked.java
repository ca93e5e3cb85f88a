package io.keywheel.adapters.http.responses;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.keywheel.adapters.http.request.StrictJson;
import io.keywheel.adapters.http.request.Transcript;
import io.keywheel.domain.chat.Tool;
import java.util.List;

/// Requests in short: `'` stands for a quotation mark, `#` for an input.
final class Asked {

    private Asked() {}

    static ResponsesRequest read(String body) {
        String written = body.replace("#", "'input':'a'").replace('\'', '"');
        return ResponsesRequest.read(StrictJson.object(written.getBytes(UTF_8)));
    }

    /// The messages that items become.
    static String messages(String items) {
        return said(read("{'input':[" + items + "]}"));
    }

    static String said(ResponsesRequest request) {
        return Transcript.of(request.command().conversation().messages());
    }

    /// The functions that tools become upstream.
    static List<Tool.Function> functions(String tools) {
        return read("{#,'tools':[" + tools + "]}").command().conversation().tools().stream()
                .map(Tool.Function.class::cast)
                .toList();
    }
}
