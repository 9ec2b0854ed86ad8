-- The tables of Readur 2.9 that a migration meets, as its 51 migrations leave them: column types and order (they
-- decide how many rows fit a page), constraints, indexes and triggers. Written anew after the public migrations.

CREATE EXTENSION IF NOT EXISTS pg_trgm;

CREATE TABLE users (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    username varchar(255) UNIQUE NOT NULL,
    email varchar(255) UNIQUE NOT NULL,
    password_hash varchar(255),
    created_at timestamptz DEFAULT now(),
    updated_at timestamptz DEFAULT now(),
    role varchar(20) DEFAULT 'user',
    oidc_subject varchar(255),
    oidc_issuer varchar(255),
    oidc_email varchar(255),
    auth_provider varchar(50) DEFAULT 'local',
    CONSTRAINT check_user_role CHECK (role IN ('admin', 'user')),
    CONSTRAINT check_auth_method CHECK (
        (auth_provider = 'local' AND password_hash IS NOT NULL)
        OR (auth_provider = 'oidc' AND oidc_subject IS NOT NULL AND oidc_issuer IS NOT NULL)
    )
);
CREATE INDEX idx_users_oidc_subject_issuer ON users (oidc_subject, oidc_issuer);
CREATE INDEX idx_users_auth_provider ON users (auth_provider);

CREATE TABLE sources (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id uuid REFERENCES users (id) ON DELETE CASCADE,
    name text NOT NULL,
    source_type text NOT NULL,
    enabled boolean DEFAULT true,
    config jsonb NOT NULL DEFAULT '{}',
    status text DEFAULT 'idle',
    last_sync_at timestamptz,
    last_error text,
    last_error_at timestamptz,
    total_files_synced bigint DEFAULT 0,
    total_files_pending bigint DEFAULT 0,
    total_size_bytes bigint DEFAULT 0,
    created_at timestamptz DEFAULT now(),
    updated_at timestamptz DEFAULT now(),
    validation_status text,
    last_validation_at timestamptz,
    validation_score integer CHECK (validation_score >= 0 AND validation_score <= 100),
    validation_issues text,
    UNIQUE (user_id, name)
);
CREATE INDEX idx_sources_user_id ON sources (user_id);
CREATE INDEX idx_sources_source_type ON sources (source_type);
CREATE INDEX idx_sources_status ON sources (status);
CREATE INDEX idx_sources_validation_status ON sources (validation_status);
CREATE INDEX idx_sources_last_validation_at ON sources (last_validation_at);

CREATE FUNCTION update_sources_updated_at() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.updated_at = now();
    RETURN NEW;
END $$;
CREATE TRIGGER sources_updated_at_trigger BEFORE UPDATE ON sources
    FOR EACH ROW EXECUTE FUNCTION update_sources_updated_at();

CREATE TABLE documents (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    filename varchar(255) NOT NULL,
    original_filename varchar(255) NOT NULL,
    file_path varchar(500) NOT NULL,
    file_size bigint NOT NULL,
    mime_type varchar(100) NOT NULL,
    content text,
    ocr_text text,
    ocr_confidence real,
    ocr_word_count integer,
    ocr_processing_time_ms integer,
    ocr_status varchar(20) DEFAULT 'pending',
    ocr_error text,
    ocr_completed_at timestamptz,
    tags text[] DEFAULT '{}',
    created_at timestamptz DEFAULT now(),
    updated_at timestamptz DEFAULT now(),
    user_id uuid REFERENCES users (id) ON DELETE CASCADE,
    source_id uuid REFERENCES sources (id) ON DELETE SET NULL,
    ocr_failure_reason text,
    file_hash varchar(64),
    original_created_at timestamptz,
    original_modified_at timestamptz,
    source_metadata jsonb,
    ocr_retry_count integer DEFAULT 0,
    source_path text,
    source_type text,
    file_permissions integer,
    file_owner text,
    file_group text,
    CONSTRAINT check_ocr_status CHECK (ocr_status IN ('pending', 'processing', 'completed', 'failed')),
    CONSTRAINT check_ocr_confidence CHECK (ocr_confidence IS NULL OR (ocr_confidence >= 0 AND ocr_confidence <= 100)),
    CONSTRAINT check_ocr_word_count CHECK (ocr_word_count IS NULL OR ocr_word_count >= 0),
    CONSTRAINT check_ocr_processing_time CHECK (ocr_processing_time_ms IS NULL OR ocr_processing_time_ms >= 0)
);
-- With the primary key, 24 indexes.
CREATE INDEX idx_documents_user_id ON documents (user_id);
CREATE INDEX idx_documents_filename ON documents (filename);
CREATE INDEX idx_documents_mime_type ON documents (mime_type);
CREATE INDEX idx_documents_tags ON documents USING gin (tags);
CREATE INDEX idx_documents_content_search ON documents
    USING gin (to_tsvector('english', coalesce(content, '') || ' ' || coalesce(ocr_text, '')));
CREATE INDEX idx_documents_filename_trgm ON documents USING gin (filename gin_trgm_ops);
CREATE INDEX idx_documents_content_trgm ON documents
    USING gin ((coalesce(content, '') || ' ' || coalesce(ocr_text, '')) gin_trgm_ops);
CREATE INDEX idx_documents_ocr_confidence ON documents (ocr_confidence) WHERE ocr_confidence IS NOT NULL;
CREATE INDEX idx_documents_ocr_word_count ON documents (ocr_word_count) WHERE ocr_word_count IS NOT NULL;
CREATE INDEX idx_documents_source_id ON documents (source_id);
CREATE INDEX idx_documents_pending_ocr ON documents (created_at) WHERE ocr_status = 'pending';
CREATE INDEX idx_documents_processing_ocr ON documents (updated_at) WHERE ocr_status = 'processing';
CREATE INDEX idx_documents_ocr_failure_reason ON documents (ocr_failure_reason) WHERE ocr_failure_reason IS NOT NULL;
CREATE UNIQUE INDEX idx_documents_user_file_hash ON documents (user_id, file_hash) WHERE file_hash IS NOT NULL;
CREATE INDEX idx_documents_file_hash ON documents (file_hash) WHERE file_hash IS NOT NULL;
CREATE INDEX idx_documents_ocr_confidence_range ON documents (ocr_confidence) WHERE ocr_confidence IS NOT NULL;
CREATE INDEX idx_documents_source_metadata ON documents USING gin (source_metadata);
CREATE INDEX idx_documents_source_path ON documents (source_path) WHERE source_path IS NOT NULL;
CREATE INDEX idx_documents_source_type ON documents (source_type) WHERE source_type IS NOT NULL;
CREATE INDEX idx_documents_file_permissions ON documents (file_permissions) WHERE file_permissions IS NOT NULL;
CREATE INDEX idx_documents_file_owner ON documents (file_owner) WHERE file_owner IS NOT NULL;
CREATE INDEX idx_documents_file_group ON documents (file_group) WHERE file_group IS NOT NULL;
CREATE INDEX idx_documents_created_at_id ON documents (created_at DESC, id DESC);

CREATE TABLE ocr_queue (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    document_id uuid REFERENCES documents (id) ON DELETE CASCADE,
    status varchar(20) DEFAULT 'pending',
    priority integer DEFAULT 5,
    attempts integer DEFAULT 0,
    max_attempts integer DEFAULT 3,
    created_at timestamptz DEFAULT now(),
    started_at timestamptz,
    completed_at timestamptz,
    error_message text,
    worker_id varchar(100),
    processing_time_ms integer,
    file_size bigint,
    progress_current integer DEFAULT 0,
    progress_total integer DEFAULT 0,
    CONSTRAINT check_status CHECK (status IN ('pending', 'processing', 'completed', 'failed', 'cancelled')),
    CONSTRAINT check_queue_status CHECK (status IN ('pending', 'processing', 'completed', 'failed')),
    CONSTRAINT check_attempts_limit CHECK (attempts <= max_attempts),
    CONSTRAINT check_priority_range CHECK (priority >= 0 AND priority <= 1000),
    CONSTRAINT fk_ocr_queue_document_id FOREIGN KEY (document_id) REFERENCES documents (id) ON DELETE CASCADE
);
CREATE INDEX idx_ocr_queue_status ON ocr_queue (status, priority DESC, created_at);
CREATE INDEX idx_ocr_queue_document_id ON ocr_queue (document_id);
CREATE INDEX idx_ocr_queue_worker ON ocr_queue (worker_id) WHERE status = 'processing';
CREATE INDEX idx_ocr_queue_created_at ON ocr_queue (created_at) WHERE status = 'pending';
CREATE UNIQUE INDEX idx_ocr_queue_unique_pending_document ON ocr_queue (document_id)
    WHERE status IN ('pending', 'processing');

CREATE FUNCTION validate_ocr_consistency() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.ocr_status = 'completed' AND NEW.ocr_status NOT IN ('completed', 'pending') THEN
        RAISE EXCEPTION 'Document % has completed OCR; only a retry (pending) may change that', OLD.id;
    END IF;
    IF OLD.ocr_status <> 'completed' AND NEW.ocr_status = 'completed' THEN
        NEW.ocr_completed_at = now();
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER trigger_validate_ocr_consistency BEFORE UPDATE ON documents
    FOR EACH ROW
    WHEN (OLD.ocr_status IS DISTINCT FROM NEW.ocr_status OR OLD.ocr_text IS DISTINCT FROM NEW.ocr_text)
    EXECUTE FUNCTION validate_ocr_consistency();

CREATE FUNCTION cleanup_completed_ocr_queue() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM ocr_queue WHERE document_id = NEW.id;
    RETURN NEW;
END $$;
CREATE TRIGGER trigger_cleanup_completed_ocr_queue AFTER UPDATE ON documents
    FOR EACH ROW
    WHEN (NEW.ocr_status = 'completed' AND OLD.ocr_status <> 'completed')
    EXECUTE FUNCTION cleanup_completed_ocr_queue();

CREATE FUNCTION prevent_orphaned_queue_items() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM documents WHERE id = NEW.document_id) THEN
        RAISE EXCEPTION 'No document % to queue', NEW.document_id;
    END IF;
    IF EXISTS (
        SELECT FROM ocr_queue
        WHERE document_id = NEW.document_id AND status IN ('pending', 'processing') AND id <> NEW.id
    ) THEN
        RAISE EXCEPTION 'Document % is queued already', NEW.document_id;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER trigger_prevent_orphaned_queue_items BEFORE INSERT OR UPDATE ON ocr_queue
    FOR EACH ROW EXECUTE FUNCTION prevent_orphaned_queue_items();

CREATE TABLE processed_images (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    document_id uuid NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    original_image_path text NOT NULL,
    processed_image_path text NOT NULL,
    processing_parameters jsonb NOT NULL DEFAULT '{}',
    processing_steps text[] NOT NULL DEFAULT ARRAY[]::text[],
    image_width integer NOT NULL,
    image_height integer NOT NULL,
    file_size bigint NOT NULL,
    created_at timestamptz DEFAULT now()
);
CREATE INDEX idx_processed_images_document_id ON processed_images (document_id);
CREATE INDEX idx_processed_images_user_id ON processed_images (user_id);
CREATE INDEX idx_processed_images_created_at ON processed_images (created_at);

CREATE TABLE ignored_files (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    file_hash varchar(64) NOT NULL,
    filename varchar(500) NOT NULL,
    original_filename varchar(500) NOT NULL,
    file_path text NOT NULL,
    file_size bigint NOT NULL,
    mime_type varchar(255) NOT NULL,
    source_type varchar(50),
    source_path text,
    source_identifier text,
    ignored_at timestamptz NOT NULL DEFAULT now(),
    ignored_by uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    reason text,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idx_ignored_files_file_hash ON ignored_files (file_hash);
CREATE INDEX idx_ignored_files_ignored_by ON ignored_files (ignored_by);
CREATE INDEX idx_ignored_files_source_type ON ignored_files (source_type);
CREATE INDEX idx_ignored_files_ignored_at ON ignored_files (ignored_at);
CREATE INDEX idx_ignored_files_source_path ON ignored_files (source_path);
CREATE INDEX idx_ignored_files_lookup ON ignored_files (file_hash, source_type, source_path);

CREATE TABLE failed_documents (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id uuid REFERENCES users (id) ON DELETE CASCADE,
    filename text NOT NULL,
    original_filename text,
    original_path text,
    file_path text,
    file_size bigint,
    file_hash varchar(64),
    mime_type text,
    content text,
    tags text[],
    ocr_text text,
    ocr_confidence real,
    ocr_word_count integer,
    ocr_processing_time_ms integer,
    failure_reason text NOT NULL,
    failure_stage text NOT NULL,
    existing_document_id uuid REFERENCES documents (id) ON DELETE SET NULL,
    ingestion_source text NOT NULL,
    error_message text,
    retry_count integer DEFAULT 0,
    last_retry_at timestamptz,
    created_at timestamptz DEFAULT now(),
    updated_at timestamptz DEFAULT now(),
    CONSTRAINT check_failure_reason CHECK (failure_reason IN (
        'duplicate_content', 'duplicate_filename', 'unsupported_format', 'file_too_large', 'file_corrupted',
        'access_denied', 'low_ocr_confidence', 'ocr_timeout', 'ocr_memory_limit', 'pdf_parsing_error',
        'storage_quota_exceeded', 'network_error', 'permission_denied', 'virus_detected', 'invalid_structure',
        'policy_violation', 'other'
    )),
    CONSTRAINT check_failure_stage CHECK (
        failure_stage IN ('ingestion', 'validation', 'ocr', 'storage', 'processing', 'sync')
    )
);
CREATE INDEX idx_failed_documents_user_id ON failed_documents (user_id);
CREATE INDEX idx_failed_documents_created_at ON failed_documents (created_at DESC);
CREATE INDEX idx_failed_documents_failure_reason ON failed_documents (failure_reason);
CREATE INDEX idx_failed_documents_failure_stage ON failed_documents (failure_stage);
CREATE INDEX idx_failed_documents_ingestion_source ON failed_documents (ingestion_source);
CREATE INDEX idx_failed_documents_file_hash ON failed_documents (file_hash) WHERE file_hash IS NOT NULL;
CREATE INDEX idx_failed_documents_failure_stage_reason ON failed_documents (failure_stage, failure_reason);
CREATE INDEX idx_failed_documents_ocr_confidence ON failed_documents (ocr_confidence)
    WHERE ocr_confidence IS NOT NULL;
