// Generated from agent-runtime/openapi.json by `npm run openapi -w agent-runtime`; types only.
export interface paths {
    "/healthz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Is the process alive? */
        get: operations["readHealth"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Metrics in the text format of Prometheus */
        get: operations["readMetrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/readyz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Can the runtime take work? Says what is not ready */
        get: operations["readReadiness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/agents": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the agents with their operations and the JSON Schemas of inputs and results */
        get: operations["listAgents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/batches": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Submit tasks that end together
         * @description Answers 202 once the batch is durable, 200 if it has ended within waitMs or an earlier request with the same idempotency key had submitted it.
         */
        post: operations["submitBatch"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/batches/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read a batch, waiting for its end if asked */
        get: operations["readBatch"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/dead-letters": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List tasks that ran out of attempts, with the reason */
        get: operations["listDeadLetters"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/models": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the configured models; the offline rules alone when none is */
        get: operations["listModels"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tasks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List tasks, newest first */
        get: operations["listTasks"];
        put?: never;
        /** Submit one task */
        post: operations["submitTask"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tasks/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read a task, waiting for its end if asked */
        get: operations["readTask"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tasks/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Cancel a task that has not ended */
        post: operations["cancelTask"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tasks/{id}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Watch a task: its events so far, then new ones until it has ended
         * @description A stream of server-sent events. `id` is the `seq` of the event, `event` its type, `data` a TaskEvent as JSON. A client that lost the connection sends Last-Event-ID and misses nothing.
         */
        get: operations["watchTask"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tasks/{id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Queue a failed, dead or cancelled task again; model answers it already has are not paid again */
        post: operations["retryTask"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        AgentDescription: {
            description: string;
            name: string;
            operations: {
                description: string;
                /** @description JSON Schema of the input */
                inputSchema: {
                    [key: string]: unknown;
                };
                name: string;
                /** @description JSON Schema of the result */
                outputSchema: {
                    [key: string]: unknown;
                };
                title: string;
            }[];
            title: string;
        };
        AskInput: {
            /** @description Text to answer from; it is data, never instructions */
            context?: string;
            question: string;
        };
        AskResult: {
            answer: string;
            durationMs: number;
            model: components["schemas"]["ModelReport"];
        };
        Batch: {
            callback: {
                attempts: number;
                lastError: string | null;
                /** @enum {string} */
                status: "none" | "waiting" | "pending" | "delivered" | "failed";
            };
            createdAt: string;
            endedAt: string | null;
            id: string;
            /** @enum {string} */
            status: "running" | "ended";
            /** @description In the order they were submitted */
            tasks: components["schemas"]["Task"][];
        };
        BatchOutcome: {
            batchId: string;
            tasks: {
                error: {
                    code: string;
                    /** @enum {string} */
                    kind: "user" | "operational" | "bug";
                    message: string;
                } | null;
                id: string;
                /** @description Place of the task in its batch */
                index: number;
                result: {
                    [key: string]: unknown;
                } | null;
                /** @enum {string} */
                status: "queued" | "running" | "succeeded" | "failed" | "dead" | "cancelled";
            }[];
        };
        BatchRequest: {
            /**
             * Format: uri
             * @description Woken by one POST of a batch outcome when all tasks have ended; its origin must be allowed
             */
            callbackUrl?: string;
            tasks: components["schemas"]["TaskRequest"][];
        };
        Coverage: {
            /** @description True when every hunk that wants a review got one */
            complete: boolean;
            files: {
                hunksReviewed: number;
                hunksTotal: number;
                path: string;
                /** @description Why the file, or a part of it, was not reviewed */
                reason: string | null;
                skippedHunks: {
                    header: string;
                    reason: string;
                }[];
                /** @enum {string} */
                status: "reviewed" | "partly_reviewed" | "skipped";
            }[];
            hunksReviewed: number;
            hunksTotal: number;
        };
        Finding: {
            /** @enum {string} */
            category: "security" | "correctness" | "reliability" | "performance" | "maintainability" | "testing" | "dependency" | "documentation";
            confidence: number;
            endLine: number;
            explanation: string;
            /** @description Identity that survives a reword and a line shift */
            id: string;
            path: string;
            /** @enum {string} */
            severity: "critical" | "high" | "medium" | "low" | "info";
            /**
             * @description RIGHT: the new file; LEFT: a deleted line of the old one
             * @enum {string}
             */
            side: "RIGHT" | "LEFT";
            /**
             * @description An exact check, a language model, or the offline rules
             * @enum {string}
             */
            source: "check" | "model" | "rules";
            startLine: number;
            /** @description Text that replaces the lines startLine to endLine, or null */
            suggestedChange: string | null;
            title: string;
        };
        ModelDescription: {
            /** @description Input and output tokens together */
            contextWindow: number;
            /** @description provider/model, as a task pins it */
            id: string;
            maxOutputTokens: number;
            /** @description Rules instead of a language model */
            offline: boolean;
            /** @enum {string} */
            price: "known" | "free" | "unknown";
            provider: string;
        };
        ModelReport: {
            calls: number;
            /** @enum {string} */
            costStatus: "known" | "free" | "unknown";
            /** @description Cost in USD; null when a price is unknown */
            costUsd: number | null;
            /** @description provider/model of each model that answered, in order of first use */
            models: string[];
            /** @description True when the rules provider answered instead of a language model */
            offline: boolean;
            usage: components["schemas"]["Usage"];
        };
        PostedReview: {
            checkRunUrl: string | null;
            /** @enum {string} */
            event: "APPROVE" | "COMMENT" | "REQUEST_CHANGES";
            inlineComments: number;
            reviewId: number;
            url: string;
        };
        Problem: {
            code: string;
            detail: string;
            issues?: {
                message: string;
                path: string;
            }[];
            /** @enum {string} */
            kind: "user" | "operational" | "bug";
            status: number;
            title: string;
            type: string;
        };
        ReviewInput: {
            /**
             * @description Let the posted review approve the pull request
             * @default false
             */
            allowApprove: boolean;
            /**
             * @description Also set a check run on the head commit (needs a GitHub App token)
             * @default false
             */
            checkRun: boolean;
            description?: string;
            /** @description A unified diff, as `git diff` prints it */
            diff?: string;
            /** @description House rules for this review, by the workflow's author */
            guidance?: string;
            /**
             * @description Post the review to GitHub
             * @default false
             */
            publish: boolean;
            pullRequest?: {
                number: number;
                owner: string;
                repository: string;
            };
            /** @description What the diff is for; used with `diff` */
            title?: string;
        };
        ReviewResult: {
            coverage: components["schemas"]["Coverage"];
            durationMs: number;
            findings: components["schemas"]["Finding"][];
            model: components["schemas"]["ModelReport"];
            /** @description What a reader must know: no model configured, findings left out and why, … */
            notes: string[];
            /** @description Null when the review was only returned */
            posted: components["schemas"]["PostedReview"] | null;
            pullRequest: {
                author: string;
                baseSha: string;
                fromFork: boolean;
                headSha: string;
                number: number;
                owner: string;
                repository: string;
                title: string;
                url: string;
            } | null;
            summary: string;
            /** @enum {string} */
            verdict: "approve" | "comment" | "request_changes";
        };
        Task: {
            agent: string;
            attempt: number;
            batchId: string;
            createdAt: string;
            endedAt: string | null;
            error: {
                code: string;
                /** @enum {string} */
                kind: "user" | "operational" | "bug";
                message: string;
            } | null;
            id: string;
            /** @description Place of the task in its batch */
            index: number;
            maxAttempts: number;
            nextAttemptAt: string | null;
            operation: string;
            result: {
                [key: string]: unknown;
            } | null;
            /** @description What the task has spent so far, failed attempts included */
            spend: components["schemas"]["ModelReport"];
            startedAt: string | null;
            /** @enum {string} */
            status: "queued" | "running" | "succeeded" | "failed" | "dead" | "cancelled";
        };
        TaskEvent: {
            at: string;
            data: {
                [key: string]: unknown;
            };
            seq: number;
            taskId: string;
            /** @enum {string} */
            type: "task-accepted" | "task-started" | "task-retried" | "task-succeeded" | "task-failed" | "task-parked" | "task-cancelled" | "step-finished" | "model-answered" | "effect-done" | "progress";
        };
        TaskOptions: {
            /** @description The most this task may spend, in USD */
            costLimitUsd?: number;
            /**
             * @description The longest a task may take from its acceptance, in ms
             * @default 3600000
             */
            deadlineMs: number;
            /** @default 5 */
            maxAttempts: number;
            /** @description Pins one configured model as provider/model */
            model?: string;
            /**
             * @description How to choose among the configured models
             * @default balanced
             * @enum {string}
             */
            modelPolicy: "balanced" | "cheapest" | "best" | "fastest";
        };
        TaskRequest: {
            /** @description Name of an agent, see GET /v1/agents */
            agent: string;
            input: {
                [key: string]: unknown;
            };
            operation: string;
            /** @default {} */
            options: components["schemas"]["TaskOptions"];
        };
        Usage: {
            /** @description Input tokens read from a prompt cache */
            cacheRead: number;
            /** @description Input tokens written to a prompt cache that lives one hour */
            cacheWrite1h: number;
            /** @description Input tokens written to a prompt cache that lives five minutes */
            cacheWrite5m: number;
            /** @description Input tokens neither read from nor written to a prompt cache */
            input: number;
            /** @description Output tokens, reasoning included */
            output: number;
            /** @description The part of the output spent on reasoning */
            reasoning: number;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    readHealth: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "ok";
                    };
                };
            };
        };
    };
    readMetrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    readReadiness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It can */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        checks: string[];
                        /** @enum {string} */
                        status: "ready";
                    };
                };
            };
            /** @description Any other failure */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listAgents: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All agents */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        agents: components["schemas"]["AgentDescription"][];
                    };
                };
            };
            /** @description The request is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The API key is missing or wrong */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other failure */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    submitBatch: {
        parameters: {
            query?: {
                /** @description Hold the answer until the work has ended, at most so many ms */
                waitMs?: number;
            };
            header?: {
                /** @description The same key with the same body answers with what was accepted first */
                "idempotency-key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BatchRequest"];
            };
        };
        responses: {
            /** @description The batch, ended or known before */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Batch"];
                };
            };
            /** @description The batch, accepted */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Batch"];
                };
            };
            /** @description The request is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The API key is missing or wrong */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The state does not allow this */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other failure */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readBatch: {
        parameters: {
            query?: {
                /** @description Hold the answer until the work has ended, at most so many ms */
                waitMs?: number;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The batch */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Batch"];
                };
            };
            /** @description The request is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The API key is missing or wrong */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other failure */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listDeadLetters: {
        parameters: {
            query?: {
                agent?: string;
                batchId?: string;
                /** @description nextCursor of the page before */
                cursor?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of tasks */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        nextCursor: string | null;
                        tasks: components["schemas"]["Task"][];
                    };
                };
            };
            /** @description The request is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The API key is missing or wrong */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other failure */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listModels: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All configured models */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        models: components["schemas"]["ModelDescription"][];
                    };
                };
            };
            /** @description The request is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The API key is missing or wrong */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other failure */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listTasks: {
        parameters: {
            query?: {
                agent?: string;
                batchId?: string;
                /** @description nextCursor of the page before */
                cursor?: string;
                limit?: number;
                status?: "queued" | "running" | "succeeded" | "failed" | "dead" | "cancelled";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of tasks */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        nextCursor: string | null;
                        tasks: components["schemas"]["Task"][];
                    };
                };
            };
            /** @description The request is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The API key is missing or wrong */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other failure */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    submitTask: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same body answers with what was accepted first */
                "idempotency-key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TaskRequest"];
            };
        };
        responses: {
            /** @description The task, accepted */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Task"];
                };
            };
            /** @description The request is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The API key is missing or wrong */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The state does not allow this */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other failure */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readTask: {
        parameters: {
            query?: {
                /** @description Hold the answer until the work has ended, at most so many ms */
                waitMs?: number;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The task */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Task"];
                };
            };
            /** @description The request is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The API key is missing or wrong */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other failure */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    cancelTask: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The task */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Task"];
                };
            };
            /** @description The request is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The API key is missing or wrong */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The state does not allow this */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other failure */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    watchTask: {
        parameters: {
            query?: never;
            header?: {
                /** @description Only events after this one are sent */
                "last-event-id"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Server-sent events */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            /** @description The request is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The API key is missing or wrong */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other failure */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    retryTask: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The task */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Task"];
                };
            };
            /** @description The request is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The API key is missing or wrong */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The state does not allow this */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other failure */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
