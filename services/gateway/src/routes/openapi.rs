//! The OpenAPI 3.1 document, from the same table that serves the routes.

use axum::{Json, http::Method, response::IntoResponse};
use utoipa::{
    PartialSchema as _, ToSchema as _,
    openapi::{
        ComponentsBuilder, Content, HeaderBuilder, HttpMethod, InfoBuilder, OpenApi, OpenApiBuilder, PathItem, Paths,
        RefOr, Required, ResponseBuilder, Schema,
        path::{OperationBuilder, ParameterBuilder, ParameterIn},
        request_body::RequestBodyBuilder,
        schema::{ObjectBuilder, Type},
        security::{ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityRequirement, SecurityScheme},
    },
};

use super::{
    BASE, api,
    rpc::{Input, Output, Route, reference},
};
use crate::{access::SESSION_COOKIE, problem::ProblemBody};

pub async fn serve() -> impl IntoResponse {
    static DOCUMENT: std::sync::OnceLock<serde_json::Value> = std::sync::OnceLock::new();
    Json(DOCUMENT.get_or_init(|| serde_json::to_value(document()).unwrap_or_default()).clone())
}

/// The document of the whole REST API.
pub fn document() -> OpenApi {
    let mut paths = Paths::new();
    let mut schemas: Vec<(String, RefOr<Schema>)> = vec![("ProblemBody".to_owned(), ProblemBody::schema())];
    ProblemBody::schemas(&mut schemas);
    for route in api() {
        let operation = operation(&route);
        let item = PathItem::new(http_method(&route), operation);
        let path = format!("{BASE}{}", route.path);
        match paths.paths.get_mut(&path) {
            Some(known) => known.merge_operations(item),
            None => drop(paths.paths.insert(path, item)),
        }
        schemas.extend(route.schemas);
    }
    let mut components = ComponentsBuilder::new()
        .security_scheme("session", SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::new(SESSION_COOKIE))))
        .security_scheme("token", SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer)));
    schemas.sort_by(|one, other| one.0.cmp(&other.0));
    for (name, schema) in schemas {
        components = components.schema(name, schema);
    }
    let about = InfoBuilder::new()
        .title("CPAS")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(
            "Comprehensive Planning and Performance Assessment System for peacekeeping missions. An answer that is an error \
             says what was wrong in English, or in French where `Accept-Language` likes that better.",
        ))
        .build();
    OpenApiBuilder::new().info(about).paths(paths).components(Some(components.build())).build()
}

fn operation(route: &Route) -> utoipa::openapi::path::Operation {
    let mut operation = OperationBuilder::new()
        .operation_id(Some(route.operation_id))
        .summary(Some(route.summary))
        .tag(route.tag)
        .security(SecurityRequirement::new("session", [] as [&str; 0]))
        .security(SecurityRequirement::new("token", [] as [&str; 0]));
    let in_path: Vec<&str> =
        route.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')).collect();
    for name in &in_path {
        operation = operation.parameter(parameter(name, ParameterIn::Path, None, text()));
    }
    match &route.input {
        Input::Nothing => {}
        Input::Query(schema) => {
            for (name, schema) in properties(schema).into_iter().filter(|(name, _)| !in_path.contains(&name.as_str())) {
                operation = operation.parameter(parameter(&name, ParameterIn::Query, None, schema));
            }
        }
        Input::Json(schema) => {
            let content = Content::new(Some(schema.clone()));
            operation =
                operation.request_body(Some(RequestBodyBuilder::new().content("application/json", content).build()));
        }
        Input::Raw(content_type, query) => {
            for (name, about) in *query {
                operation = operation.parameter(parameter(name, ParameterIn::Query, Some(about), text()));
            }
            if !content_type.is_empty() {
                let body = RequestBodyBuilder::new().content(*content_type, Content::new(None::<RefOr<Schema>>));
                operation = operation.request_body(Some(body.required(Some(Required::True)).build()));
            }
        }
    }
    if route.takes_key {
        operation = operation.parameter(parameter("Idempotency-Key", ParameterIn::Header, Some(ABOUT_KEY), text()));
    }
    let takes_version = match &route.input {
        Input::Json(schema) => has_version(schema, &route.schemas),
        Input::Query(schema) if route.method != Method::GET => has_version(schema, &route.schemas),
        Input::Query(_) | Input::Nothing | Input::Raw(..) => false,
    };
    if takes_version {
        operation = operation.parameter(parameter("If-Match", ParameterIn::Header, Some(ABOUT_IF_MATCH), text()));
    }
    let problem = Content::new(Some(reference("ProblemBody")));
    let problem =
        ResponseBuilder::new().description("What went wrong").content("application/problem+json", problem).build();
    let (status, response) = match &route.output {
        Output::Json(status, schema) => {
            let content = Content::new(Some(*schema.clone()));
            let mut response = ResponseBuilder::new().description("Done").content("application/json", content);
            if gives_version(schema, &route.schemas) {
                let tag = HeaderBuilder::new().schema(Some(text())).description(Some(ABOUT_ETAG)).build();
                response = response.header("ETag", tag);
            }
            (status.as_u16(), response.build())
        }
        Output::Raw(content_type) => {
            let content = Content::new(None::<RefOr<Schema>>);
            (200, ResponseBuilder::new().description("Done").content(*content_type, content).build())
        }
        Output::Nothing => (204, ResponseBuilder::new().description("Done").build()),
    };
    operation.response(status.to_string(), response).response("default", problem).build()
}

fn parameter(
    name: &str,
    place: ParameterIn,
    about: Option<&str>,
    schema: RefOr<Schema>,
) -> utoipa::openapi::path::Parameter {
    let required = if matches!(place, ParameterIn::Path) { Required::True } else { Required::False };
    ParameterBuilder::new()
        .name(name)
        .parameter_in(place)
        .required(required)
        .description(about)
        .schema(Some(schema))
        .build()
}

const ABOUT_KEY: &str = "At most 128 bytes of your own, a UUID for instance. The same write under the same key \
                         is done once, and answered again; another write under it is refused.";
const ABOUT_IF_MATCH: &str = "The version that you saw, in quotes, as the ETag had it; in place of `version`. When the \
                              record has changed since, nothing is written.";
const ABOUT_ETAG: &str = "The version of the record, in quotes.";

/// The schema behind a reference.
fn resolved<'a>(schema: &'a RefOr<Schema>, schemas: &'a [(String, RefOr<Schema>)]) -> &'a RefOr<Schema> {
    let RefOr::Ref(reference) = schema else { return schema };
    let name = reference.ref_location.rsplit('/').next();
    schemas.iter().find(|(own, _)| Some(own.as_str()) == name).map_or(schema, |(_, schema)| schema)
}

fn has_version(schema: &RefOr<Schema>, schemas: &[(String, RefOr<Schema>)]) -> bool {
    properties(resolved(schema, schemas)).iter().any(|(name, _)| name == "version")
}

/// As `rpc::answer` makes an entity tag: of the record itself, or of the one record beside its lists.
fn gives_version(schema: &RefOr<Schema>, schemas: &[(String, RefOr<Schema>)]) -> bool {
    let records: Vec<RefOr<Schema>> =
        properties(resolved(schema, schemas)).into_iter().filter_map(|(_, own)| record_behind(own)).collect();
    has_version(schema, schemas) || matches!(records.as_slice(), [only] if has_version(only, schemas))
}

/// What a field refers to, also one that may be absent.
fn record_behind(field: RefOr<Schema>) -> Option<RefOr<Schema>> {
    match field {
        RefOr::Ref(_) => Some(field),
        RefOr::T(Schema::OneOf(either)) => either.items.into_iter().find(|item| matches!(item, RefOr::Ref(_))),
        RefOr::T(_) => None,
    }
}

fn properties(schema: &RefOr<Schema>) -> Vec<(String, RefOr<Schema>)> {
    match schema {
        RefOr::T(Schema::Object(object)) => {
            object.properties.iter().map(|(name, schema)| (name.clone(), schema.clone())).collect()
        }
        _ => Vec::new(),
    }
}

fn text() -> RefOr<Schema> {
    RefOr::T(Schema::Object(ObjectBuilder::new().schema_type(Type::String).build()))
}

fn http_method(route: &Route) -> HttpMethod {
    match route.method.as_str() {
        "GET" => HttpMethod::Get,
        "POST" => HttpMethod::Post,
        "PUT" => HttpMethod::Put,
        "PATCH" => HttpMethod::Patch,
        _ => HttpMethod::Delete,
    }
}
