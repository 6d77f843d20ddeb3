//! One RPC as one REST route, and its entry in the OpenAPI document, from one line of a table.
//!
//! The request message is filled from the path, then the query (GET, DELETE) or the JSON body (POST, PUT),
//! then `If-Match` for its `version`. The response message is the JSON body; its `version` is the `ETag`.

use std::{future::Future, time::Duration};

use axum::{
    Json,
    body::Bytes,
    extract::{Path, RawQuery, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{MethodFilter, MethodRouter, on},
};
use chassis::{Caller, Failure};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{RefOr, Schema},
};

use crate::{App, access::authenticate, language::say_within, problem::Problem};

/// A route below `/api/v1`, with what the OpenAPI document says of it.
pub struct Route {
    pub method: Method,
    /// `/missions/{mission}/plans/{plan_id}`.
    pub path: &'static str,
    pub summary: &'static str,
    pub operation_id: &'static str,
    pub tag: &'static str,
    pub input: Input,
    pub output: Output,
    pub schemas: Vec<(String, RefOr<Schema>)>,
    /// A write that `Idempotency-Key` does once.
    pub takes_key: bool,
    pub handler: MethodRouter<App>,
}

impl Route {
    /// A route with a handler of its own.
    pub fn plain(about: About, input: Input, output: Output, handler: MethodRouter<App>) -> Self {
        let About { method, path, summary, operation_id, tag, .. } = about;
        Self { method, path, summary, operation_id, tag, input, output, schemas: Vec::new(), takes_key: false, handler }
    }

    /// Its handler hands `Idempotency-Key` on.
    #[must_use]
    pub fn taking_key(self) -> Self {
        Self { takes_key: true, ..self }
    }

    /// Takes a shape and all that it is made of into the document.
    #[must_use]
    pub fn with<T: ToSchema>(mut self) -> Self {
        self.schemas.push((T::name().into_owned(), <T as PartialSchema>::schema()));
        T::schemas(&mut self.schemas);
        self
    }
}

impl Output {
    /// JSON of this shape.
    pub fn of<T: ToSchema>(status: StatusCode) -> Self {
        Self::Json(status, Box::new(reference(&T::name())))
    }
}

/// What a route takes.
pub enum Input {
    Nothing,
    /// Fields of this message as query parameters.
    Query(RefOr<Schema>),
    /// A JSON body with this schema.
    Json(RefOr<Schema>),
    /// A raw body of this media type, and query parameters.
    Raw(&'static str, &'static [(&'static str, &'static str)]),
}

/// What a route gives.
pub enum Output {
    Json(StatusCode, Box<RefOr<Schema>>),
    Raw(&'static str),
    Nothing,
}

/// The call behind a route.
pub async fn serve<Req, Res, F, Fut>(
    app: App,
    path: Vec<(String, String)>,
    query: Option<String>,
    headers: HeaderMap,
    body: Bytes,
    about: About,
    call: F,
) -> Result<Response, Problem>
where
    Req: DeserializeOwned,
    Res: Serialize,
    F: FnOnce(App, Caller, tonic::Request<Req>) -> Fut,
    Fut: Future<Output = Result<tonic::Response<Res>, tonic::Status>>,
{
    let visitor = authenticate(&app, &about.method, &headers).await?;
    let time =
        Duration::from_millis(if about.takes_long { app.config.file_timeout_ms } else { app.config.call_timeout_ms });
    let (caller, fields) = if about.across {
        (visitor.headquarters(time)?, path)
    } else {
        let (mission, fields) = split_mission(path)?;
        (visitor.caller(&app, &mission, time).await?, fields)
    };
    let request: Req = if matches!(about.method, Method::GET | Method::DELETE) {
        from_query(&fields, query.as_deref().unwrap_or_default(), &headers)?
    } else {
        from_body(&fields, &body, &headers)?
    };
    let mut request = tonic::Request::new(request);
    copy_idempotency_key(&headers, &mut request)?;
    let response = call(app, caller, request).await.map_err(Failure::from)?;
    answer(about.created, &response.into_inner())
}

/// Hands the caller's key on, so that the service does the write once.
pub fn copy_idempotency_key<T>(headers: &HeaderMap, request: &mut tonic::Request<T>) -> Result<(), Failure> {
    if let Some(key) = headers.get("idempotency-key") {
        let refused = || Failure::invalid("The Idempotency-Key has characters that cannot be sent on; use a UUID.");
        let key = key.to_str().map_err(|_| refused())?.parse().map_err(|_| refused())?;
        request.metadata_mut().insert("idempotency-key", key);
    }
    Ok(())
}

/// The version of a record, or of the one record that an answer holds beside its lists
/// (`{"stakeholder": {…}, "assessments": […]}`).
fn version_of(answer: &Value) -> Option<i64> {
    let own = |record: &Value| record.get("version").and_then(Value::as_i64).filter(|version| *version > 0);
    let mut records = answer.as_object()?.values().filter(|field| field.is_object());
    own(answer).or_else(|| match (records.next(), records.next()) {
        (Some(record), None) => own(record),
        _ => None,
    })
}

/// A message as JSON, with its version as the entity tag; what services say in it in the language of the request.
pub fn answer<T: Serialize>(status: StatusCode, message: &T) -> Result<Response, Problem> {
    let mut value = serde_json::to_value(message).map_err(Failure::internal)?;
    let has_language = say_within(&mut value);
    let version = version_of(&value);
    let mut response = (status, Json(value)).into_response();
    if let Some(tag) = version.and_then(|version| HeaderValue::from_str(&format!("\"{version}\"")).ok()) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    if has_language {
        response.headers_mut().append(header::VARY, HeaderValue::from_static("Accept-Language"));
    }
    Ok(response)
}

/// The mission's code, and the other path parameters, which are fields of the message.
pub fn split_mission(path: Vec<(String, String)>) -> Result<(String, Vec<(String, String)>), Failure> {
    let (mission, fields): (Vec<_>, Vec<_>) = path.into_iter().partition(|(name, _)| name == "mission");
    let mission = mission.into_iter().next().map(|(_, code)| code);
    Ok((mission.ok_or_else(|| Failure::internal("a route without a mission"))?, fields))
}

/// A message from path and query; several values of a list come as `areas=A,B` or repeated.
pub fn from_query<T: DeserializeOwned>(
    fields: &[(String, String)],
    query: &str,
    headers: &HeaderMap,
) -> Result<T, Failure> {
    let mut pairs: Vec<(String, String)> = Vec::new();
    for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
        if name == "areas" || name == "indicators" {
            pairs.extend(
                value.split(',').filter(|part| !part.is_empty()).map(|part| (name.to_string(), part.to_owned())),
            );
        } else if !value.is_empty() {
            pairs.push((name.into_owned(), value.into_owned()));
        }
    }
    if let Some(version) = if_match(headers)? {
        pairs.push(("version".to_owned(), version.to_string()));
    }
    pairs.extend(fields.iter().cloned());
    let encoded = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    serde_html_form::from_str(&encoded).map_err(|error| {
        Failure::invalid(format!("The address has a parameter that cannot be used: {error}."))
            .field("query", error.to_string())
    })
}

/// A message from path, JSON body and `If-Match`.
pub fn from_body<T: DeserializeOwned>(
    fields: &[(String, String)],
    body: &Bytes,
    headers: &HeaderMap,
) -> Result<T, Failure> {
    let refused = |error: serde_json::Error| {
        Failure::invalid(format!("The body is not the JSON that is expected here: {error}."))
            .field("body", error.to_string())
    };
    let value: Value =
        if body.is_empty() { Value::Object(Map::new()) } else { serde_json::from_slice(body).map_err(refused)? };
    let Value::Object(mut message) = value else {
        return Err(Failure::invalid("The body is not a JSON object.").field("body", "expected an object"));
    };
    if let Some(version) = if_match(headers)? {
        message.insert("version".to_owned(), version.into());
    }
    for (name, value) in fields {
        message.insert(name.clone(), value.clone().into());
    }
    serde_json::from_value(Value::Object(message)).map_err(refused)
}

fn if_match(headers: &HeaderMap) -> Result<Option<i64>, Failure> {
    let Some(tag) = headers.get(header::IF_MATCH) else { return Ok(None) };
    let version = tag.to_str().ok().and_then(|tag| tag.trim_start_matches("W/").trim_matches('"').parse().ok());
    version.map(Some).ok_or_else(|| {
        Failure::invalid("If-Match holds the version that you saw, in quotes, as the ETag had it.")
            .field("If-Match", "expected \"7\"")
    })
}

/// Makes a route of a call. Used through the [`rpc!`] macro.
pub fn route<Req, Res, F, Fut>(about: About, call: F) -> Route
where
    Req: DeserializeOwned + ToSchema + Send + 'static,
    Res: Serialize + ToSchema + Send + 'static,
    F: FnOnce(App, Caller, tonic::Request<Req>) -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = Result<tonic::Response<Res>, tonic::Status>> + Send + 'static,
{
    let mut schemas = Vec::new();
    let by_query = matches!(about.method, Method::GET | Method::DELETE);
    let input = if by_query {
        Req::schemas(&mut schemas);
        schemas.clear();
        Input::Query(<Req as PartialSchema>::schema())
    } else {
        schemas.push((Req::name().into_owned(), <Req as PartialSchema>::schema()));
        Req::schemas(&mut schemas);
        Input::Json(reference(&Req::name()))
    };
    schemas.push((Res::name().into_owned(), <Res as PartialSchema>::schema()));
    Res::schemas(&mut schemas);
    let takes_key = about.method != Method::GET;
    let known = about.clone();
    let handler = move |State(app): State<App>,
                        Path(path): Path<Vec<(String, String)>>,
                        RawQuery(query): RawQuery,
                        headers: HeaderMap,
                        body: Bytes| serve(app, path, query, headers, body, known, call);
    let filter = MethodFilter::try_from(about.method.clone()).expect("a standard method");
    Route {
        method: about.method,
        path: about.path,
        summary: about.summary,
        operation_id: about.operation_id,
        tag: about.tag,
        input,
        output: Output::Json(about.created, Box::new(reference(&Res::name()))),
        schemas,
        takes_key,
        handler: on(filter, handler),
    }
}

/// What the table says of a route.
#[derive(Debug, Clone)]
pub struct About {
    pub method: Method,
    pub path: &'static str,
    pub summary: &'static str,
    pub operation_id: &'static str,
    pub tag: &'static str,
    pub created: StatusCode,
    /// Works on a whole file: has the time that a file has.
    pub takes_long: bool,
    /// Headquarters across missions: in none of them.
    pub across: bool,
}

impl About {
    /// Of a route of the gateway's own that works on no file.
    pub const fn own(
        tag: &'static str,
        method: Method,
        path: &'static str,
        summary: &'static str,
        operation_id: &'static str,
        created: StatusCode,
    ) -> Self {
        Self { method, path, summary, operation_id, tag, created, takes_long: false, across: false }
    }
}

/// A reference to a schema of the document.
pub fn reference(name: &str) -> RefOr<Schema> {
    RefOr::Ref(utoipa::openapi::Ref::from_schema_name(name))
}

/// `rpc!(GET "/plans" planning.list_plans "Plans of the mission")`: below `/missions/{mission}`; with `across` below `/hq`.
macro_rules! rpc {
    ($method:ident $path:literal $service:ident.$call:ident $summary:literal) => {
        rpc!(@ $method OK false false "/missions/{mission}" $path $service $call $summary)
    };
    ($method:ident $path:literal $service:ident.$call:ident $summary:literal takes_long) => {
        rpc!(@ $method OK true false "/missions/{mission}" $path $service $call $summary)
    };
    ($method:ident $path:literal $service:ident.$call:ident $summary:literal created) => {
        rpc!(@ $method CREATED false false "/missions/{mission}" $path $service $call $summary)
    };
    ($method:ident $path:literal $service:ident.$call:ident $summary:literal across) => {
        rpc!(@ $method OK false true "/hq" $path $service $call $summary)
    };
    (@ $method:ident $status:ident $takes_long:literal $across:literal $base:literal $path:literal $service:ident $call:ident $summary:literal) => {
        $crate::routes::rpc::route(
            $crate::routes::rpc::About {
                method: axum::http::Method::$method,
                path: concat!($base, $path),
                summary: $summary,
                operation_id: stringify!($call),
                tag: stringify!($service),
                created: axum::http::StatusCode::$status,
                takes_long: $takes_long,
                across: $across,
            },
            |app: $crate::App, caller: chassis::Caller, request| async move {
                app.$service(&caller).$call(request).await
            },
        )
    };
}
pub(crate) use rpc;
