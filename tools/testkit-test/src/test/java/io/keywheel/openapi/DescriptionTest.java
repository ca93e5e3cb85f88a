package io.keywheel.openapi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DescriptionTest {

    private static final String DOCUMENT = """
            openapi: 3.1.1
            paths:
              /list:
                get: {responses: {'200': {$ref: '#/components/responses/Fine'}, '4XX': {description: No}}}
                head: {responses: {default: {description: As GET}}}
              /list/{id}:
                servers: [{url: /}, {url: /old}]
                get: {responses: {default: {description: Whatever}}}
              /say:
                post:
                  requestBody: {content: {application/json: {schema: {type: object, additionalProperties: false}}}}
                  responses:
                    '200':
                      headers:
                        X-Count: {$ref: '#/components/headers/Count'}
                        X-Odd: {schema: {type: string, maxLength: 3}}
                      content:
                        text/event-stream: {x-events: {oneOf: [{const: end}, {type: object, required: [n]}]}}
            components:
              headers: {Count: {required: true, schema: {type: integer, minimum: 1}}}
              responses:
                NotFound: {description: Nothing there}
                OpenAiNotFound: {description: Nothing there, headers: {X-Odd: {schema: {}}}}
                MethodNotAllowed: {headers: {Allow: {required: true, schema: {}}}}
                Preflight: {description: They may}
                Fine:
                  content: {application/json: {schema: {$ref: '#/components/schemas/N', maxProperties: 1, properties: {n: {maximum: 9}}}}, text/plain: {schema: {maxLength: 3}}}
              schemas:
                N: {type: object, required: [n], additionalProperties: false, properties: {n: {type: integer}}}
            """;

    private final Description description =
            Description.read(new ByteArrayInputStream(DOCUMENT.getBytes(StandardCharsets.UTF_8)));

    private static RecordedExchange heard(String what, int status, String headers, String body) {
        var all = new TreeMap<String, List<String>>();
        for (String header : headers.split(" & ", -1)) {
            if (!header.isEmpty()) {
                all.put(header.split("=", 2)[0], List.of(header.split("=", 2)[1]));
            }
        }
        return new RecordedExchange(what.split(" ", 2)[0], what.split(" ", 2)[1], "", status, Map.copyOf(all), body);
    }

    private void assertFine(RecordedExchange heard) {
        assertEquals(List.of(), description.faults(heard));
    }

    private void assertFault(String fault, RecordedExchange heard) {
        List<String> faults = description.faults(heard);
        assertTrue(faults.size() == 1 && faults.getFirst().contains(fault), faults::toString);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    GET /list       | 200 | Content-Type=application/json               | {"n":1}
                    GET /list       | 200 | Content-Type=text/plain; charset=utf-8      | abc
                    GET /list       | 404 | Date=today                                  | ''
                    HEAD /list      | 404 | ''                                          | ''
                    GET /list/1/2   | 503 | ''                                          | ''
                    GET /old/list/1 | 200 | ''                                          | ''
                    GET /other      | 404 | ''                                          | ''
                    GET /v1/other   | 404 | X-Odd=1                                     | ''
                    PUT /list       | 405 | Allow=GET                                   | ''
                    OPTIONS /other  | 204 | Vary=Origin                                 | ''
                    POST /say       | 200 | x-count=2 & Content-Type=text/event-stream   | 'data: {"n":1}'
                    POST /say       | 200 | X-Count=2 & Content-Type=text/event-stream   | data: end
                    """)
    void valid_responses_report_no_violation(String what, int status, String headers, String body) {
        assertFine(heard(what, status, headers, body));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    status is not described     | GET /list  | 500 | ''                                          | ''
                    status is not described     | HEAD /list | 500 | ''                                          | ''
                    status is not described     | GET /other | 200 | ''                                          | ''
                    status is not described     | PUT /list  | 404 | ''                                          | ''
                    header X-New is not         | GET /list  | 404 | X-New=1                                     | ''
                    header X-Odd is not         | GET /other | 404 | X-Odd=1                                     | ''
                    header Allow is missing     | PUT /list  | 405 | ''                                          | ''
                    header X-Count              | POST /say  | 200 | X-Count=0 & Content-Type=text/event-stream   | ''
                    header X-Odd                | POST /say  | 200 | X-Count=1 & X-Odd=1234 & Content-Type=text/event-stream | ''
                    no body is described        | GET /list  | 404 | ''                                          | hello
                    media type text/html is not | GET /list  | 200 | Content-Type=text/html                      | hello
                    required property           | GET /list  | 200 | Content-Type=application/json               | {}
                    additional properties       | GET /list  | 200 | Content-Type=application/json               | {"n":1,"m":2}
                    n: must have a maximum      | GET /list  | 200 | Content-Type=application/json               | {"n":10}
                    n: string found             | GET /list  | 200 | Content-Type=application/json               | {"n":"1"}
                    3 characters                | GET /list  | 200 | Content-Type=text/plain                     | hello
                    not found                    | POST /say  | 200 | X-Count=1 & Content-Type=text/event-stream   | 'data: {"m":1}'
                    """)
    void invalid_response_reports_the_violation(String fault, String what, int status, String headers, String body) {
        List<String> faults = description.faults(heard(what, status, headers, body));

        assertTrue(faults.toString().contains(fault), faults::toString);
    }

    @Test
    void accepted_undocumented_request_body_is_a_violation() {
        var headers = Map.of("X-Count", List.of("1"), "Content-Type", List.of("text/event-stream"));

        assertFine(new RecordedExchange("POST", "/say", "{}", 200, headers, ""));
        assertFault("accepted", new RecordedExchange("POST", "/say", "{\"a\":1}", 200, headers, ""));
    }

    @Test
    void exchange_reads_the_first_answer_on_a_connection() {
        var heard = RecordedExchange.onTheWire(
                "GET /list?a=b HTTP/1.1\r\nHost: here\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\ncontent-length: 7\r\n\r\n{\"n\":1}HTTP/1.1 400 Bad");

        assertFine(heard);
        assertEquals("GET /list -> 200", heard.toString());
        assertEquals("{\"n\":1}", heard.body());
    }

    @Test
    void answer_to_head_has_no_body() {
        var heard = RecordedExchange.onTheWire(
                "HEAD /list HTTP/1.1\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n");

        assertEquals("", heard.body());
    }
}
