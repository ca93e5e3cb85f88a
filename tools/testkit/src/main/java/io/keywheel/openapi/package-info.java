/// Validation of HTTP exchanges against an OpenAPI document.
@NullMarked
package io.keywheel.openapi;

import org.jspecify.annotations.NullMarked;
