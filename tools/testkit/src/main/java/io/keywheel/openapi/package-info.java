/// Whether what is answered over HTTP is what an OpenAPI document says.
@NullMarked
package io.keywheel.openapi;

import org.jspecify.annotations.NullMarked;
